"""Where a paper can be read, from how it is cited."""

PLACES = {"arXiv:": "https://arxiv.org/abs/", "doi:": "https://doi.org/"}


def link(reference: str) -> str:
    """The address behind `arXiv:…` or `doi:…`; nothing for any other words."""
    for mark, place in PLACES.items():
        if reference.startswith(mark):
            return place + reference.removeprefix(mark)
    return ""
