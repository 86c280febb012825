"""QID records of a package: a console takes those whose number it does not have, and keeps its own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from dac.emulator.content.package import Package
    from dac.emulator.tasks import Due

_NAMESPACE = UUID("b2a1f6a4-6f0b-4c58-9a3c-0d6b7f7f2f11")
_FIRST_CUSTOM = 2_000_000


def install_qids(due: Due, package: Package) -> None:
    """Rows without a number or a category are left out: nothing can refer to them."""
    for row in package.table("qidmap"):
        qid, category = row.get("qid", ""), row.get("lowlevelcategory", "")
        if not (qid.isdecimal() and category.isdecimal()):
            continue
        due.db.execute(
            "INSERT OR IGNORE INTO qid_record (qid, name, description, severity, low_level_category_id, uuid, custom) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                int(qid),
                row.get("qname", ""),
                row.get("qdescription"),
                int(row.get("severity") or 0),
                int(category),
                str(uuid5(_NAMESPACE, qid)),
                int(qid) >= _FIRST_CUSTOM,
            ),
        )
