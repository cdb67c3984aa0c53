"""The program that sets one document, run by `typesetting`: an order as JSON comes in, a PDF goes out.

A process of its own because typst keeps what it has set in memory for later documents: hundreds of megabytes in a
service that prints a register now and then. Imports nothing of ours, and so starts in some 40 ms.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst


def main() -> None:
    """Exits with 1, and typst's complaint about the template, where the order cannot be carried out."""
    order = json.load(sys.stdin.buffer)
    template = Path(order["template"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=order["fonts"])
    compiler = typst.Compiler(
        template,
        root=template.parent,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(order["data"], ensure_ascii=False)},
    )
    try:
        document = compiler.compile(format="pdf", timestamp=order["timestamp"])
    except typst.TypstError as error:
        sys.exit(error.message)
    assert isinstance(document, bytes)
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
