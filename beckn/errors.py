"""What can be wrong with a message, and what a business may refuse.

BecknError
├── NotUnderstood     400, 413, 415  NACK 30000 with the path of the first fault
├── NotTheSpeaker     401            NACK without detail
├── NotOffered        400            NACK 40001: track, rating, answers by callback
├── OtherContent      409            NACK 30000: the same order id with another content
└── Refused           200            on_<action> with `error` and no `message`
"""

ERROR_30001_PROVIDER = "30001"
ERROR_30004_ITEM = "30004"
ERROR_30008_FULFILMENT = "30008"
ERROR_30010_ORDER = "30010"
ERROR_30011_REASON = "30011"
ERROR_40002_SOLD_OUT = "40002"
ERROR_40003_QUOTE = "40003"
ERROR_50001_CANCEL = "50001"
ERROR_50002_UPDATE = "50002"


class BecknError(Exception):
    status = 400
    code: str | None = None

    def __init__(self, message: str = "", path: str | None = None):
        super().__init__(message)
        self.message = message
        self.path = path


class NotUnderstood(BecknError):
    code = "30000"

    def __init__(self, message: str, path: str = "$", status: int = 400):
        super().__init__(message, path)
        self.status = status


class NotTheSpeaker(BecknError):
    status = 401


class NotOffered(BecknError):
    code = "40001"


class OtherContent(BecknError):
    status = 409
    code = "30000"

    def __init__(self):
        super().__init__("this transaction holds another order", "$.context.transaction_id")


class Refused(BecknError):
    """Understood, and refused by the business: `code` is one of the ERROR_… above."""

    status = 200
    code: str

    def __init__(self, code: str, message: str, path: str):
        super().__init__(message, path)
        self.code = code
