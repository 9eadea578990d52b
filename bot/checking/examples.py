"""Examples: known flows and causes, and one cause for each text."""

from typing import TypeAlias

from bot.checking.findings import Findings
from bot.flowfile.examples import LoadedExamples, first_choices
from bot.flowfile.library import Loaded, LoadedFlow, Origin
from bot.flowfile.near import did_you_mean
from bot.model.flow import OTHER_CAUSE, Flow
from bot.understanding.normal import normal

Owner: TypeAlias = tuple[str, Origin | str]
"""The cause that a text already stands for, and where: in a file, or in a choice of this name."""


def check_examples(loaded: Loaded, findings: Findings, *, whole: bool) -> None:
    """Everything about examples. Their flow must be there when these files are the whole."""
    flows = {each.flow.name: each for each in loaded.flows}
    owners = {name: _owners(each.flow) for name, each in flows.items()}
    for file in loaded.examples:
        if file.flow in flows:
            _check_causes(file, flows[file.flow], findings)
        elif whole:
            message = f'there is no flow "{file.flow}"; there are: {", ".join(flows)}{did_you_mean(file.flow, flows)}'
            findings.error(Origin(file.source, ()), ("flow",), "unknown-flow", message)
        _check_owners(file, owners.setdefault(file.flow, {}), findings)


def _check_causes(file: LoadedExamples, loaded: LoadedFlow, findings: Findings) -> None:
    causes = loaded.flow.causes
    for cause in dict.fromkeys(example.cause for example in file.examples):
        if cause not in (*causes, OTHER_CAUSE):
            message = f'there is no cause "{cause}"; there are: {", ".join(causes) or "none"}'
            message += did_you_mean(cause, causes)
            origin = Origin(file.source, ("examples_by_cause", cause))
            findings.error(origin, (), "unknown-cause", message, at_key=True)


def _check_owners(file: LoadedExamples, owners: dict[str, Owner], findings: Findings) -> None:
    """No text stands for two causes, and none is written twice."""
    for example in file.examples:
        origin = Origin(file.source, example.path)
        cause, place = owners.setdefault(normal(example.text), (example.cause, origin))
        if cause != example.cause:
            message = f'"{example.text}" already stands for "{cause}", in {_told(place)}; one text has one cause'
            findings.error(origin, (), "duplicate-example", message)
        elif place is not origin:
            message = f'"{example.text}" already stands in {_told(place)}; once is enough'
            findings.warning(origin, (), "duplicate-example", message)


def _told(place: Origin | str) -> str:
    if isinstance(place, str):
        return f'the choice "{place}"'
    return f"{place.source.file}:{place.source.at(place.path).line}"


def _owners(flow: Flow) -> dict[str, Owner]:
    return {normal(phrase.source): (cause, choice) for cause, phrase, choice in first_choices(flow)}
