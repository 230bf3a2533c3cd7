"""Waivers that hide nothing, hide for ever, or do not say why: what is accepted has to stay visible and bounded."""
