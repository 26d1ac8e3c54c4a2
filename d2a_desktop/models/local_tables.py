"""Every table of this desk alone, which no other desk ever sees."""

from __future__ import annotations

from d2a_desktop.models.audit_entry import AuditEntry
from d2a_desktop.models.base import Base
from d2a_desktop.models.conflict import Conflict
from d2a_desktop.models.desk import Desk
from d2a_desktop.models.draft import Draft
from d2a_desktop.models.outbox_op import OutboxOp
from d2a_desktop.models.person_enrolled import PersonEnrolled
from d2a_desktop.models.search_doc import SearchDoc
from d2a_desktop.models.setting import Setting
from d2a_desktop.models.shadow import Shadow
from d2a_desktop.models.sync_state import SyncState

LOCAL_CLASSES: tuple[type[Base], ...] = (
    AuditEntry,
    Conflict,
    Desk,
    Draft,
    OutboxOp,
    PersonEnrolled,
    SearchDoc,
    Setting,
    Shadow,
    SyncState,
)
