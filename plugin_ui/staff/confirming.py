"""Asks once more before harm: a POST without ``confirmed`` shows what would happen, and does nothing."""

from __future__ import annotations

from flask import render_template, request

from plugin_ui.forms import FIELD

CONFIRMED = "confirmed"


def is_confirmed() -> bool:
    """Tell whether the person has seen the question and said yes."""
    return request.form.get(CONFIRMED) == "yes"


def ask(title: str, text: str, button: str, back: str) -> str:
    """Return the page that asks; saying yes sends the same form to the same address once more.

    All texts are translated already; ``back`` is the address of the page to return to.
    """
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in (FIELD, CONFIRMED)]
    return render_template("staff/confirm.html", title=title, text=text, button=button, back=back, sent=sent)
