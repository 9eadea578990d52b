"""The words in every language: gettext catalogues, read by Babel."""
