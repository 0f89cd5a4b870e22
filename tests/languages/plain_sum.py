"""What a sum of digits comes to, by Python's own grammar."""

import ast
import operator

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub}


def _told(node: ast.expr) -> tuple[int, list[int]]:
    match node:
        case ast.Constant(value=int(digit)):
            return digit, [digit]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            (one, before), (two, after) = _told(left), _told(right)
            return OPERATORS[type(op)](one, two), before + after
    raise SyntaxError(ast.dump(node))


def told(answer: str) -> tuple[int, list[int]]:
    """What a sum comes to and the digits in it. Raises SyntaxError or ValueError if it is none."""
    return _told(ast.parse(answer, mode="eval").body)


def right(terms: int, prompt: str, answer: str) -> list[float]:
    """Reward, well-formed, uses the digit, equals the target."""
    try:
        value, digits = told(answer)
    except (SyntaxError, ValueError):
        return [0.0] * 4
    if len(digits) != terms or len(answer) != 2 * terms - 1 or not set(answer) <= set("0123456789+-"):
        return [0.0] * 4
    uses, equals = int(prompt[0]) in digits, value == int(prompt[2:4])
    return [float(uses and equals), 1.0, float(uses), float(equals)]
