"""`notegrad docs [TOPIC]`: the pages for authors and teachers, without a checkout or a network."""

from __future__ import annotations

import click


@click.command()
@click.argument("topic", required=False)
def command(*, topic: str | None) -> None:
    """Print the page TOPIC, in Markdown; without one, list the pages."""
    from notegrad.authoring.documentation import read_topic, topic_titles

    if topic is not None:
        click.echo(read_topic(topic))
        return
    titles = topic_titles()
    width = max(map(len, titles), default=0)
    for name, title in titles.items():
        click.echo(f"  {name:<{width}}  {title}")
