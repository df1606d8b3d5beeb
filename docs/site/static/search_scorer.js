// Sphinx's own weights; pages in the language of the search page come before the others.
var Scorer = {
  score: ([page, , , , score]) => {
    const language = page.startsWith("fr/") ? "fr" : "en";
    return language === document.documentElement.lang ? score + 100 : score;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
