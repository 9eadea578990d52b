"""Placeholders: each names something, and it is known on every path to where it is shown."""

from collections.abc import Set

from bot.checking.findings import Findings
from bot.checking.gained import answers_given
from bot.checking.paths import Paths
from bot.checking.phrases import Written, phrases
from bot.flowfile.library import LoadedFlow
from bot.flowfile.near import did_you_mean
from bot.model.condition import AllOf, Condition, HostOutside, SettingKnown
from bot.model.diagnostic import Slug
from bot.model.flow import End, Flow, Menu, Question
from bot.model.placeholder import ADDRESS_PARTS, placeholders
from bot.model.ticket import TICKET_FIELDS

REFERENCE = "reference"
"""What the text of a ticket's end can name beside answers and settings."""

_REQUIRED = ("reference", "error_message", "attempt")


def check_placeholders(loaded: LoadedFlow, walked: Paths | None, findings: Findings) -> None:
    """Checks the placeholders of all phrases of a flow."""
    flow = loaded.flow
    answers = {node.save for node in flow.nodes.values() if isinstance(node, Menu | Question)}
    for written in phrases(loaded):
        for name in placeholders(written.phrase.source):
            if written.use != "text":
                message = f"{{{name}}} is not replaced here; placeholders are for texts"
                _report(written, name, "placeholder-in-label", message, findings)
            elif written.in_template:
                _check_field(loaded, written, name, findings)
            elif "." in name:
                _check_part(flow, written, name, findings)
            elif name in flow.settings:
                _check_setting(loaded, written, name, findings)
            elif name in answers:
                _check_answer(walked, written, name, findings)
            elif not (name == REFERENCE and _is_ticket(flow, written)):
                known = sorted({*answers, *flow.settings})
                message = f"{{{name}}} names no answer and no setting{did_you_mean(name, known)}"
                _report(written, name, "unknown-placeholder", message, findings)
    _check_templates(loaded, findings)


def check_settings_named(loaded: LoadedFlow, written: Written, findings: Findings) -> None:
    """Checks the placeholders of a text that is said wherever the flow stands: settings are all it can name."""
    for name in placeholders(written.phrase.source):
        if name in loaded.flow.settings:
            _check_setting(loaded, written, name, findings)
        elif not findings.lost(name):
            message = f"{{{name}}} names no setting{did_you_mean(name, loaded.flow.settings)}"
            _report(written, name, "unknown-placeholder", message, findings)


def _check_field(loaded: LoadedFlow, written: Written, name: str, findings: Findings) -> None:
    flow = loaded.flow
    if name in flow.settings and name not in TICKET_FIELDS:
        _check_setting(loaded, written, name, findings)
    elif name not in TICKET_FIELDS:
        message = f"{{{name}}} is no field of a ticket; it has: {', '.join(TICKET_FIELDS)}"
        message += did_you_mean(name, TICKET_FIELDS)
        _report(written, name, "unknown-placeholder", message, findings)
    elif name == "error_message" and written.phrase.source.strip() != "{error_message}":
        message = "{error_message} must be a paragraph of its own, so that it is set off from the rest"
        _report(written, name, "message-not-alone", message, findings)


def _check_part(flow: Flow, written: Written, name: str, findings: Findings) -> None:
    answer, _, part = name.partition(".")
    addresses = {node.save for node in flow.nodes.values() if isinstance(node, Question) and node.kind == "web_address"}
    if findings.lost(answer):
        pass  # it may be asked for in what could not be read
    elif answer not in addresses or part not in ADDRESS_PARTS:
        known = sorted(f"{address}.{each}" for address in addresses for each in ADDRESS_PARTS)
        message = f"{{{name}}} is no part of an answer; only of web addresses there are some: "
        message += (", ".join(known) or "none") + did_you_mean(name, known)
        _report(written, name, "unknown-placeholder", message, findings)
    elif answer not in _outside(written.when):
        message = f"{{{name}}} is for an address that is not one of yours; put this in a paragraph with "
        message += f'"when: {{answer: {answer}, outside: …}}"'
        _report(written, name, "not-answered", message, findings)


def _check_setting(loaded: LoadedFlow, written: Written, name: str, findings: Findings) -> None:
    setting, origin = loaded.flow.settings[name], loaded.settings[name]
    if setting.type == "flag":
        message = f'the setting "{name}" is true or false; it can stand in a condition, not in a text'
        _report(written, name, "unknown-placeholder", message, findings)
    elif any(gap.lies_in(origin.source.file, origin.path) for gap in loaded.gaps):
        pass  # what it is by default could not be read
    elif setting.value in ("", ()) and setting.unknown is None and name not in _settings_known(written.when):
        message = f'the setting "{name}" may be empty; put this in a paragraph with "when: {{setting: {name}}}", '
        message += 'or give the setting words to say instead: "unknown: …"'
        _report(written, name, "setting-may-be-empty", message, findings)


def _check_answer(walked: Paths | None, written: Written, name: str, findings: Findings) -> None:
    if name in answers_given(written.when):
        return
    known: Set[str] = frozenset()
    if walked is not None and written.node is not None:
        if written.node not in walked.nodes():
            return
        known = walked.gained_at(written.node).answered
    if walked is not None and name not in known:
        message = f'{{{name}}} is not answered on every path to here; ask before, or add "when: {{answer: {name}, '
        message += 'given: true}"'
        _report(written, name, "not-answered", message, findings)


def _report(written: Written, name: str, slug: Slug, message: str, findings: Findings) -> None:
    findings.error_at_words(written.origin, written.path, f"{{{name}}}", slug, message)


def _is_ticket(flow: Flow, written: Written) -> bool:
    node = flow.nodes.get(written.node or "")
    return isinstance(node, End) and node.outcome == "ticket"


def _settings_known(when: Condition | None) -> Set[str]:
    """The settings that are surely filled when a condition holds."""
    match when:
        case SettingKnown(setting):
            return {setting}
        case AllOf(conditions):
            return set().union(*(_settings_known(part) for part in conditions))
        case _:
            return frozenset()


def _outside(when: Condition | None) -> Set[str]:
    """The answers that are surely addresses outside of some domains when a condition holds."""
    match when:
        case HostOutside(answer):
            return {answer}
        case AllOf(conditions):
            return set().union(*(_outside(part) for part in conditions))
        case _:
            return frozenset()


def _check_templates(loaded: LoadedFlow, findings: Findings) -> None:
    for id_, node in loaded.flow.nodes.items():
        if not isinstance(node, End) or node.outcome != "ticket":
            continue
        always = {
            name
            for paragraph in node.template
            if paragraph.when is None
            for name in placeholders(paragraph.phrase.source)
        }
        for name in _REQUIRED:
            if name not in always:
                message = f"the template never shows {{{name}}}, which every ticket must; add it to a paragraph "
                message += 'without "when"'
                findings.error(loaded.nodes[id_], ("template",), "template-incomplete", message, at_key=True)
