"""The first start of a terminal, from its enrolment card to the kiosk."""
