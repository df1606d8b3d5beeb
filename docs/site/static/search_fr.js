// What the search says, on the French search page.
Documentation.addTranslations({
  locale: "fr",
  plural_expr: "n > 1 ? 1 : 0",
  messages: {
    "Search Results": "Résultats",
    Searching: "Recherche",
    "Preparing search...": "Préparation…",
    ", in ": ", dans ",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Aucune page ne contient tous ces mots.",
    "Search finished, found one page matching the search query.": [
      "Une page trouvée.",
      "${resultCount} pages trouvées.",
    ],
  },
});
