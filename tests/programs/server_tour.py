"""A tour of the upload page in a browser, from the first start to a published result; pictures of each page.

python -m tests.programs.server_tour URL_OF_ADMINISTRATORS_LINK BUNDLE NOTEBOOK FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "une phrase assez longue"
WAIT_MS = 180_000


class Tour:
    """A browser, the pictures that it takes, and what one does on the pages."""

    def __init__(self, browser: Browser, root: str, folder: Path) -> None:
        self.browser, self.root, self.folder = browser, root, folder
        self.faults: list[str] = []
        folder.mkdir(parents=True, exist_ok=True)

    def visitor(self, *, width: int = 1100, dark: bool = False, script: bool = True) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            locale="fr-FR",
        )
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        return page

    def picture(self, page: Page, name: str) -> None:
        page.screenshot(path=str(self.folder / f"{name}.png"), full_page=True)

    def new_account(self, page: Page, link: str, name: str, username: str) -> None:
        page.goto(link)
        page.get_by_label("Nom et prénom").fill(name)
        page.get_by_label("Identifiant").fill(username)
        page.get_by_label("Nouveau mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Créer le compte").click()

    def new_course(self, page: Page, title: str, slug: str) -> None:
        page.goto(f"{self.root}/new-course/")
        page.get_by_label("Titre du cours").fill(title)
        page.get_by_label("Adresse courte").fill(slug)
        self.picture(page, "new-course")
        page.get_by_role("button", name="Créer le cours").click()

    def new_assignment(self, page: Page, course: str, bundle: Path) -> None:
        page.goto(f"{self.root}/courses/{course}/new-assignment/")
        page.get_by_label("Fichier zip").set_input_files(bundle)
        page.get_by_role("button", name="Créer le devoir").click()
        page.get_by_label("État").select_option("open")
        page.get_by_label("À rendre avant").fill("2031-05-04T18:00")
        page.get_by_role("button", name="Enregistrer").click()
        self.picture(page, "manage")

    def class_link(self, page: Page, course: str) -> str:
        page.goto(f"{self.root}/courses/{course}/people/")
        page.get_by_role("button", name="Faire un lien").click()
        self.picture(page, "people")
        return page.locator("p.mono").inner_text()

    def hand_in(self, page: Page, course: str, slug: str, notebook: Path) -> None:
        page.goto(f"{self.root}/courses/{course}/assignments/{slug}/")
        page.get_by_label("Fichier").set_input_files(notebook)
        page.get_by_role("button", name="Rendre ce fichier").click()


def main() -> None:
    link, bundle, notebook, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    address = urlsplit(link)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tour = Tour(browser, f"{address.scheme}://{address.netloc}", folder)
        teacher, student = tour.visitor(), tour.visitor()
        slug = bundle.stem
        tour.new_account(teacher, link, "Claire Martin", "cmartin")
        tour.picture(teacher, "home-empty")
        tour.new_course(teacher, "Calcul tensoriel, L3", "tenseurs")
        tour.new_assignment(teacher, "tenseurs", bundle)
        class_link = tour.class_link(teacher, "tenseurs")
        student.goto(class_link)
        tour.picture(student, "invitation")
        tour.new_account(student, class_link, "Nora Lambert", "nlambert")
        student.goto(f"{tour.root}/courses/tenseurs/")
        tour.picture(student, "course")
        wrong = folder / "devoir.ipynb"
        wrong.write_text("%PDF-1.4 pas un notebook")
        tour.hand_in(student, "tenseurs", slug, wrong)
        tour.picture(student, "refused")
        tour.hand_in(student, "tenseurs", slug, notebook)
        tour.picture(student, "received")
        student.locator("iframe.feedback").wait_for(timeout=WAIT_MS)
        student.wait_for_timeout(500)
        tour.picture(student, "graded")
        tour.picture_of = student.url
        attempt = student.url
        student.goto(f"{tour.root}/courses/tenseurs/assignments/{slug}/")
        tour.picture(student, "assignment")
        student.goto(f"{attempt}feedback/")
        tour.picture(student, "feedback")
        narrow = tour.visitor(width=320, dark=True, script=False)
        narrow.goto(f"{tour.root}/sign-in/")
        narrow.get_by_label("Identifiant").fill("nlambert")
        narrow.get_by_label("Mot de passe").fill(PASSWORD)
        narrow.get_by_role("button", name="Se connecter").click()
        narrow.goto(attempt)
        tour.picture(narrow, "narrow-attempt")
        narrow.goto(f"{tour.root}/courses/tenseurs/assignments/{slug}/")
        tour.picture(narrow, "narrow-assignment")
        narrow.get_by_role("button", name="English").click()
        tour.picture(narrow, "narrow-english")
        teacher.goto(f"{tour.root}/courses/tenseurs/assignments/{slug}/class/")
        tour.picture(teacher, "class")
        teacher.get_by_role("link", name="Nora Lambert").click()
        tour.picture(teacher, "as-student")
        teacher.goto(attempt)
        teacher.wait_for_timeout(500)
        tour.picture(teacher, "attempt-of-staff")
        browser.close()
    print("\n".join(["console errors:", *tour.faults]) if tour.faults else "no console errors")


if __name__ == "__main__":
    main()
