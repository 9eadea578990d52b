"""All checks, in one call."""

from collections.abc import Iterable, Sequence

from bot.checking.answers import check_answers
from bot.checking.commands import check_commands
from bot.checking.examples import check_examples
from bot.checking.findings import Findings
from bot.checking.limits import Limits, check_labels, check_limits
from bot.checking.links import check_links
from bot.checking.names import check_names
from bot.checking.placeholders import check_placeholders
from bot.checking.signatures import check_signatures
from bot.checking.translations import Translations, check_translations
from bot.checking.walks import check_walks
from bot.flowfile.library import Loaded, LoadedFlow, Origin
from bot.model.diagnostic import Diagnostic
from bot.model.flow import START_FLOW, Menu, Offer

HUMAN = "human"
"""The interrupt that leads to a person."""


def check(
    loaded: Loaded,
    catalogues: Sequence[Translations],
    limits: Limits,
    *,
    whole: bool = True,
    thorough: bool = True,
    paired: bool = True,
) -> list[Diagnostic]:
    """Every problem of the flows and their translations, in the order of the files.

    Not `whole`: these are only some of the desk's flows, so a start among them, and settings and translations of
    others, are no matter. Not `thorough`: whether each signature recognises its own examples, which takes longest and
    keeps nobody from talking, is left out. Not `paired`: the translations were made for other flows.
    """
    findings = Findings(loaded.gaps)
    for diagnostic in loaded.diagnostics:
        findings.add(diagnostic)
    for flow in loaded.flows:
        for diagnostic in _problems(flow, limits):
            findings.add(diagnostic)
    all_read = whole and loaded.complete
    if all_read:
        _check_start(loaded.flows, findings)
        for name, diagnostic in loaded.strays.items():
            if not findings.lost(name):
                findings.add(diagnostic)
    check_answers(loaded, limits, findings)
    check_examples(loaded, findings, whole=all_read)
    check_signatures(loaded, limits, findings, whole=all_read, thorough=thorough)
    check_translations(loaded, catalogues, limits, findings, whole=all_read, paired=paired)
    return sorted(findings.found.values(), key=lambda found: (found.file, found.span, found.slug, found.message))


def _problems(flow: LoadedFlow, limits: Limits) -> Iterable[Diagnostic]:
    """The problems of one flow and of the libraries it uses."""
    findings = Findings(flow.gaps)
    check_links(flow, findings)
    check_names(flow, findings)
    check_placeholders(flow, check_walks(flow, findings), findings)
    check_limits(flow, limits, findings)
    check_labels(flow, findings)
    check_commands(flow, findings)
    _check_manners(flow, findings)
    return findings.found.values()


def _check_manners(loaded: LoadedFlow, findings: Findings) -> None:
    """A way to a human everywhere, and advice that can be listed in the ticket."""
    flow = loaded.flow
    if HUMAN not in flow.interrupts and not findings.lost(HUMAN):
        message = f'no interrupt "{HUMAN}" gives people a way to a person; declare one, or use a library that does'
        findings.warning(Origin(loaded.source, ()), ("flow",), "no-human", message)
    for id_, node in flow.nodes.items():
        if isinstance(node, Menu) and node.advice and node.title is None:
            message = 'an advice needs a "title", so that the ticket can say it was tried'
            findings.error(loaded.nodes[id_], (), "advice-without-title", message, at_key=True)


def _check_start(flows: Sequence[LoadedFlow], findings: Findings) -> None:
    start = next((loaded for loaded in flows if loaded.flow.name == START_FLOW), None)
    if start is None:
        for loaded in flows[1:]:
            message = f'with several flows, one is needed that is named "{START_FLOW}" and offers them'
            findings.error(Origin(loaded.source, ()), ("flow",), "no-start-flow", message)
    elif not start.patchy and not any(isinstance(node, Offer) for node in start.flow.nodes.values()):
        message = f'the flow "{START_FLOW}" opens every conversation; it needs a node with "offer: flows"'
        findings.error(Origin(start.source, ()), ("flow",), "no-start-flow", message)
