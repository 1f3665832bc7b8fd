"""The glossary in a language: that of the pages, so that it is written once."""

from dashboard.knowledge.articles import read_markdown


def write_glossary(language: str, name: str) -> str:
    """Markdown of the glossary, its facts filled in; the site is in English, so say another one."""
    text = read_markdown(language, name)
    return (
        text if language == "en" else f'<div lang="{language}" markdown="1">\n\n{text}\n\n</div>\n'
    )
