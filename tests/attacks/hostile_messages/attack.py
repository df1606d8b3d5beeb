"""Errors whose messages want to be more than text: terminal codes, HTML, scripts, other people's marks."""


def cheat(*args, **kwargs):
    raise ValueError(
        "\x1b[2J\x1b[1;1H\x1b]0;20/20\x07 <script>alert(1)</script><img src=x onerror=alert(1)>"
        '\u202e02/02 :eton \x00\x08\x7f =HYPERLINK("http://x") {{7*7}} ${7*7} %s%n' + "A" * 5000
    )


print("ATTACK RAN: \x1b[31m<b>red</b>")
