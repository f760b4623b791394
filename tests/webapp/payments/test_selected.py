"""The gateway is chosen by configuration, and settings that do not fit are refused when the site starts."""

import pytest

from chassis.security import UnsafeSettings
from webapp import create_app
from webapp.payments.selected import gateway

GOOD = {
    "GATEWAY": "stripe",
    "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
}


@pytest.fixture
def start(make_database):
    """`start(**settings)`: the site in development."""

    def start(**settings):
        secret = "a secret of the tests, longer than the shortest allowed"
        return create_app(
            {"TESTING": True, "SECRET_KEY": secret, "DATABASE_URL": make_database("site"), **GOOD, **settings}
        )

    return start


def test_the_gateway_is_the_one_that_is_chosen(start):
    with start().app_context():
        assert gateway().name == "stripe"
        assert gateway() is gateway("stripe")
    with start(GATEWAY="sandbox").app_context():
        assert gateway().name == "sandbox"


def test_a_payment_stays_with_the_gateway_that_took_it(start):
    with start().app_context():
        assert gateway("sandbox").name == "sandbox"


def test_a_gateway_that_there_is_not_is_named(start):
    with pytest.raises(UnsafeSettings, match="barter.*sandbox or stripe"):
        start(GATEWAY="barter")
    with start().app_context(), pytest.raises(RuntimeError, match="barter.*sandbox, stripe"):
        gateway("barter")


@pytest.mark.parametrize(
    ("settings", "form_action"),
    [
        ({}, "form-action 'self' https://checkout.stripe.com"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:7000/x"}, "form-action 'self' http://127.0.0.1:7000"),
        ({"GATEWAY": "sandbox"}, "form-action 'self' http://127.0.0.1:5004"),
    ],
)
def test_forms_may_lead_to_the_page_where_one_pays(start, settings, form_action):
    page = start(**settings).test_client().get("/")

    assert page.headers["Content-Security-Policy"].endswith(form_action)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"STRIPE_SECRET_KEY": ""}, "test key"),
        ({"STRIPE_SECRET_KEY": "sk_live_of_the_tests"}, "test key"),
        ({"STRIPE_SECRET_KEY": "pk_test_of_the_tests"}, "test key"),
        ({"STRIPE_WEBHOOK_SECRET": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_WEBHOOK_SECRET": "secret"}, "STRIPE_WEBHOOK_SECRET"),
        ({"STRIPE_API_BASE": "https://stripe.example.org"}, "on this machine"),
        ({"STRIPE_API_BASE": "http://127.0.0.1.example.org"}, "on this machine"),
    ],
)
def test_settings_that_do_not_fit_do_not_start(start, settings, word):
    with pytest.raises(UnsafeSettings, match=word):
        start(**settings)
