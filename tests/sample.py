"""A small flow that uses everything an author can say."""

from functools import cache

from bot.engine.machine import Machine
from tests.desk import machine_of

START = """
format: 1
flow: start
title: Accueil
start: welcome
nodes:
  welcome: {text: Bonjour., goto: offer}
  offer: {offer: flows, text: Lequel ?}
"""

SAMPLE = """
format: 1
flow: sample
title: Exemple
start: topic
settings:
  phone: {type: phone, about: Le téléphone., default: ""}
  domains: {type: domains, about: Nos domaines., default: [example.org]}
  official: {type: flag, about: Officiel ?, default: true}
causes: {lost: Perdu, broken: Cassé}
interrupts:
  where: {label: Où ?, words: [où donc], text: "Ici, {phone}."}
  human: {label: Quelqu'un, call: human}
  deep: {label: Profond, call: twice}
nodes:
  topic:
    title: Sujet
    text: De quoi s'agit-il ?
    choices:
      - {id: lost, label: Perdu, cause: lost, goto: told}
      - {id: broken, label: Cassé, cause: broken, urgency: high, goto: again}
      - {id: where, label: Où ?, interrupt: where}
      - {id: june, label: En juin, when: {months: [6]}, goto: told}
      - {id: never, label: Jamais, when: {not: {months: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}}, goto: told}
  again:
    title: Encore
    advice: true
    text: Essayez encore.
    choices:
      - {id: again, label: Encore, goto: again}
      - {id: enough, label: Assez, goto: told}
    loop: {at_most: 2, then: told}
  told: {text: C'est entendu., goto: ask}
  ask: {call: questions, goto: choice}
  choice:
    decide:
      - {when: {any: [{answer: topic, is: broken}, {answer: address, outside: domains}]}, goto: note}
      - {when: {all: [{answer: topic, is: [lost, june]}, {answer: error, given: true}]}, goto: summary}
      - {goto: note}
  note:
    ask: text
    title: Remarque
    text: Autre chose ?
    choices: [{id: nothing, label: Rien, answer: nothing}]
    goto: summary
  summary:
    summary: answers
    text: Voici.
    choices:
      - {id: confirm, label: Créer, goto: ticket}
      - {id: drop, label: Laisser tomber, goto: dropped}
  ticket:
    end: ticket
    text: "Voilà : {reference}."
    template: ["{reference} {attempt}", "{error_message}", {when: {field: attachments}, text: "{attachments}"}]
  dropped: {end: abandoned, text: Tant pis.}
subflows:
  questions:
    start: error
    nodes:
      error:
        ask: error_message
        title: Message
        text: Quel message ?
        choices:
          - {id: none, label: Aucun, answer: none_shown}
          - {id: where, label: Où ?, interrupt: where}
        goto: when
      when:
        ask: attempt_time
        title: Heure
        text: Quand ?
        choices:
          - {id: now, label: Maintenant, answer: now}
          - {id: hour, label: Une heure, answer: {hours_ago: 1}}
          - {id: minutes, label: Dix minutes, answer: {minutes_ago: 10}}
          - {id: noon, label: Ce midi, answer: {part: noon}}
          - {id: evening, label: Ce soir, answer: {part: evening}}
          - {id: yesterday, label: Hier, answer: {days_ago: 1}}
          - {id: unknown, label: Aucune idée, answer: unknown}
          - {id: other, label: Autrement, goto: photo}
        goto: address
        retries: {at_most: 1, then: address}
      address:
        ask: web_address
        title: Adresse
        save: address
        text: Quelle adresse ?
        choices: [{id: nothing, label: Aucune, answer: nothing}]
        goto: photo
        retries: {at_most: 1, then: photo}
      photo:
        ask: photo
        title: Capture
        text: Une capture ?
        choices:
          - {id: nothing, label: Non, answer: nothing}
          - {id: device, label: Rien, goto: device}
        goto: device
      device:
        ask: environment
        title: Matériel
        text: Quel appareil ?
        choices:
          - {id: mac, label: Mac, answer: {device: computer, system: macOS}}
        goto: who
      who:
        ask: identifier
        title: Identifiant
        text: Qui ?
        goto: return
  human:
    start: offer
    nodes:
      offer:
        text: Une personne ?
        choices:
          - {id: back, label: Non, goto: return}
          - {id: yes, label: Oui, goto: report}
      report: {call: questions, goto: gone}
      gone: {end: abandoned, text: Au revoir.}
  twice:
    start: first
    nodes:
      first: {text: D'abord., goto: inner}
      inner: {call: inside, goto: return}
  inside:
    start: question
    nodes:
      question: {text: Dedans ?, choices: [{id: out, label: Sortir, goto: return}]}
reminder: {after: 1 hour, text: Toujours là ?}
expiry: {after: 2 days, text: Au revoir.}
renamed: {old_topic: topic, questions.old_error: questions.error}
"""


@cache
def sample() -> Machine:
    """The sample flow, alone."""
    return machine_of(SAMPLE)


@cache
def with_start() -> Machine:
    """The sample flow and another, behind a start."""
    other = "format: 1\nflow: other\ntitle: Autre\nstart: end\nnodes:\n  end: {end: solved, text: Fini.}\n"
    return machine_of(START, SAMPLE, other)
