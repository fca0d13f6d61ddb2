"""A small SaaS that counts words: 20 dollars a month, 5 cents a job, and an export for those who pay."""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import stripe
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from sqlalchemy import Engine, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import pinstripe_flags
import pinstripe_metering
from pinstripe_flags import Store, SubscriptionProvider, anonymous, for_customer
from pinstripe_metering import Meter, Pump, StripeSender

WEBHOOK_SECRET = os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_of_the_sample")
payments = stripe.StripeClient(os.environ.get("STRIPE_SECRET_KEY", "sk_test_of_the_sample"))
jobs_done = Meter("sample_jobs")
PLAN, USAGE = "sample_pro", "sample_jobs"  # the lookup keys of our prices
FEATURES = {"export": [PLAN]}


class Base(DeclarativeBase):
    """Our own tables; metering and flags keep theirs in the same database."""


class Account(Base):
    """Who signed up, and who that is at Stripe."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    stripe_customer: Mapped[str] = mapped_column(unique=True)


class Job(Base):
    """A text whose words were counted; the customer's program numbers them, and may ask twice."""

    __tablename__ = "job"
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[int]


def migrate(engine: Engine) -> None:
    """Make every table, or leave those that are there."""
    Base.metadata.create_all(engine)
    pinstripe_metering.upgrade(engine)
    pinstripe_flags.upgrade(engine)


def new_pump(engine: Engine) -> Pump:
    """What a cron job runs every minute, to bring the usage to Stripe."""

    def customer_of(account_id: str) -> str | None:
        """Stripe's customer of an account of ours."""
        with Session(engine) as session:
            return session.scalar(select(Account.stripe_customer).where(Account.id == int(account_id)))

    return Pump(engine, StripeSender(payments), customers=customer_of)


class Saas:
    """The endpoints, over one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.store = Store(engine)
        api.set_provider_and_wait(SubscriptionProvider(self.store, features=FEATURES))
        self.flags = api.get_client()

    def signup(self, body: dict[str, Any], _: str) -> Response:
        """A new account, which pays from the first day on, or none at all if the card is declined."""
        card = body["payment_method"]
        try:
            customer = payments.v1.customers.create(
                {
                    "email": body["email"],
                    "payment_method": card,
                    "invoice_settings": {"default_payment_method": card},
                }
            )
            prices = payments.v1.prices.list({"lookup_keys": [PLAN, USAGE]}).data
            subscription = payments.v1.subscriptions.create(
                {
                    "customer": customer.id,
                    "items": [{"price": price.id} for price in prices],
                    "payment_behavior": "error_if_incomplete",
                }
            )
        except stripe.CardError as error:
            return JSONResponse({"error": error.user_message}, 402)
        with Session(self.engine) as session, session.begin():
            account = Account(token=secrets.token_urlsafe(), stripe_customer=customer.id)
            session.add(account)
            session.flush()
            self.store.link(session, account.id, customer.id)
            made = {"id": account.id, "token": account.token}
        return JSONResponse(made | {"customer": customer.id, "subscription": subscription.id}, 201)

    def work(self, body: dict[str, Any], token: str) -> Response:
        """Count the words of a text; the job and its usage are stored together or not at all."""
        with Session(self.engine) as session, session.begin():
            account = session.scalar(select(Account).where(Account.token == token))
            if account is None:
                return JSONResponse({"error": "Log in first."}, 401)
            fact = (account.stripe_customer, "job", body["number"])
            jobs_done.record(session, customer=str(account.id), fact=fact, at=datetime.now(UTC))
            job = session.merge(Job(account_id=account.id, number=body["number"], words=len(body["text"].split())))
            if job.words == 0:
                session.rollback()
                return JSONResponse({"error": "There are no words in this text."}, 422)
            return JSONResponse({"words": job.words})

    def export(self, _: dict[str, Any], token: str) -> Response:
        """Everything an account has counted, for those whose plan contains it."""
        with Session(self.engine) as session:
            account = session.scalar(select(Account).where(Account.token == token))
            caller: EvaluationContext = anonymous() if account is None else for_customer(account.id)
            if not self.flags.get_boolean_value("export", default_value=False, evaluation_context=caller):
                return JSONResponse({"error": "The export is for subscribers."}, 403 if account is None else 402)
            assert account is not None, "nobody is a subscriber without an account"
            jobs = session.scalars(select(Job).where(Job.account_id == account.id).order_by(Job.number))
            return JSONResponse([{"number": job.number, "words": job.words} for job in jobs])

    def hear(self, event: stripe.Event) -> None:
        """Take in what Stripe tells, in one transaction."""
        with Session(self.engine) as session, session.begin():
            self.store.apply(session, event)


def create_app(engine: Engine) -> Starlette:
    """The web application over a database that `migrate` has seen."""
    saas = Saas(engine)

    def endpoint(answer: Callable[[dict[str, Any], str], Response]) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint of JSON and a bearer token, answered in a thread."""

        async def run(request: Request) -> Response:
            """Read what came and answer it."""
            body = await request.json() if request.method == "POST" else {}
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            return await run_in_threadpool(answer, body, token)

        return run

    async def webhook(request: Request) -> Response:
        """Stripe tells us something, if the signature is right."""
        try:
            signature = request.headers.get("Stripe-Signature", "")
            event = stripe.Webhook.construct_event(await request.body(), signature, WEBHOOK_SECRET)
        except stripe.SignatureVerificationError:
            return Response(status_code=400)
        await run_in_threadpool(saas.hear, event)
        return Response()

    routes = [
        Route("/signup", endpoint(saas.signup), methods=["POST"]),
        Route("/jobs", endpoint(saas.work), methods=["POST"]),
        Route("/export", endpoint(saas.export)),
        Route("/webhooks/stripe", webhook, methods=["POST"]),
    ]
    return Starlette(routes=routes)
