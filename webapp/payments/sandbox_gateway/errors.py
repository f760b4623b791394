"""Everything the API can say no with; `{"error": {"code", "message"}}` is made of it in one place.

ApiError
├── WrongApiKey            401 api_key_invalid
├── ParametersWrong        400 parameters_invalid
├── KeyUsedDifferently     400 idempotency_error
├── KeyInUse               409 idempotency_key_in_use
└── Refused                the request was carried out and this is its result, which a repeat gets again
    ├── PaymentUnknown     404 payment_unknown
    ├── ReferenceTaken     409 reference_taken
    ├── AlreadyPast        400 expires_at_past
    ├── NotPayable         409 payment_not_payable
    ├── NotCapturable      409 payment_not_capturable
    ├── AlreadyCaptured    409 already_captured
    ├── NotVoidable        409 payment_not_voidable
    ├── AlreadyVoided      409 already_voided
    ├── NotRefundable      409 payment_not_refundable
    ├── AmountTooLarge     400 amount_too_large
    ├── CaptureDeclined    402 card_declined (a fault, as the next two)
    ├── VoidFailed         409 void_failed
    └── RefundFailed       409 refund_failed
"""


class ApiError(Exception):
    status = 400
    code = "error"

    @property
    def answer(self) -> dict:
        return {"error": {"code": self.code, "message": str(self)}}


class WrongApiKey(ApiError):
    status, code = 401, "api_key_invalid"


class ParametersWrong(ApiError):
    status, code = 400, "parameters_invalid"


class KeyUsedDifferently(ApiError):
    status, code = 400, "idempotency_error"


class KeyInUse(ApiError):
    status, code = 409, "idempotency_key_in_use"


class Refused(ApiError):
    """Carried out and refused: nothing changed."""


class PaymentUnknown(Refused):
    status, code = 404, "payment_unknown"


class ReferenceTaken(Refused):
    status, code = 409, "reference_taken"


class AlreadyPast(Refused):
    status, code = 400, "expires_at_past"


class NotPayable(Refused):
    status, code = 409, "payment_not_payable"


class NotCapturable(Refused):
    status, code = 409, "payment_not_capturable"


class AlreadyCaptured(Refused):
    status, code = 409, "already_captured"


class NotVoidable(Refused):
    status, code = 409, "payment_not_voidable"


class AlreadyVoided(Refused):
    status, code = 409, "already_voided"


class NotRefundable(Refused):
    status, code = 409, "payment_not_refundable"


class AmountTooLarge(Refused):
    status, code = 400, "amount_too_large"


class CaptureDeclined(Refused):
    status, code = 402, "card_declined"


class VoidFailed(Refused):
    status, code = 409, "void_failed"


class RefundFailed(Refused):
    status, code = 409, "refund_failed"
