"""What the directory hears, and which use case each topic goes to."""

from services.directory.use_cases.count_referrals import COUNTED, count_referrals
from services.directory.use_cases.follow_evidence import follow_evidence
from services.directory.use_cases.follow_signals import follow_signals
from services.directory.use_cases.send_list import follow_settled_mail
from shared.events.capacity import SignalChangedV1
from shared.events.notify import MailSettledV1
from shared.events.outcomes import ServiceEvidenceChangedV1
from shared.messaging.subscription import Subscription

COPY_OF_SIGNALS = Subscription(
    "capacity.signals.v1",
    "directory.signals",
    batch_handler=follow_signals,
    batch_types=(SignalChangedV1,),
)
COPY_OF_EVIDENCE = Subscription(
    "outcomes.service-evidence.v1",
    "directory.evidence",
    batch_handler=follow_evidence,
    batch_types=(ServiceEvidenceChangedV1,),
)
COUNTS_OF_REFERRALS = Subscription(
    "referral.referrals.v1",
    "directory.referrals",
    batch_handler=count_referrals,
    batch_types=COUNTED,
)
SETTLED_MAILS = Subscription(
    "notify.settled-mails.v1",
    "directory.settled-mails",
    handlers={MailSettledV1: follow_settled_mail},
)
