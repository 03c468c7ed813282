"""What stops an evaluation: each names what went wrong where C++ would go on silently, or crash."""

from __future__ import annotations


class Fault(Exception):
    """A kernel did what no kernel may do, or what the evaluator does not know."""

    reason = "fault"


class OutOfBounds(Fault):
    reason = "out of bounds"


class DivisionByZero(Fault):
    reason = "division by zero"


class OutOfFuel(Fault):
    """More loop iterations than the launch was given."""

    reason = "out of fuel"


class Undefined(Fault):
    """A value that C++ leaves open: a float that no int can hold, a shift wider than its operand."""

    reason = "undefined"


class NoInputs(Fault):
    """No sizes were found with which a source of unknown sizes stays within its arrays."""

    reason = "no inputs found"


class NotCovered(Fault):
    """A construct or a built-in that the evaluator does not know; the message is its name."""

    reason = "not covered"
