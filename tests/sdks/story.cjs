// The story as stripe-node tells it: `node story.cjs PACKAGE URL KEY` prints one JSON object, as story.py does.
"use strict";

const [APRIL, HALF, MAY, JUNE] = [1806537600, 1807833600, 1809129600, 1811808000];
const SETTLED = 2 * 3600;

async function refused(type, action) {
  try {
    await action();
  } catch (error) {
    if (error.type === type) return error;
    throw error;
  }
  throw new Error(`no ${type}`);
}

// What a meter has counted of one event by each way that the release has, 7 in all; 7 where it has none.
async function usage(stripe, client) {
  if (!stripe.billing || !stripe.billing.meterEvents) return 7;
  const terms = { display_name: "Calls", event_name: "calls", default_aggregation: { formula: "sum" } };
  const meter = await stripe.billing.meters.create(terms);
  const customer = (await stripe.customers.create({})).id;
  const event = (value) => ({ event_name: "calls", payload: { stripe_customer_id: customer, value } });
  const { timestamp } = await stripe.billing.meterEvents.create(event("1"));
  if (stripe.v2 && stripe.v2.billing) {
    await stripe.v2.billing.meterEvents.create(event("2"));
    const session = await stripe.v2.billing.meterEventSession.create();
    // The stream has a host of its own, which an agent of ours looks up on this machine.
    const lookup = (_, options, found) =>
      options.all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4);
    const httpAgent = new (require("node:http").Agent)({ lookup });
    const streaming = client(session.authentication_token, { httpAgent });
    await streaming.v2.billing.meterEventStream.create({ events: [event("4")] });
  } else {
    await stripe.billing.meterEvents.create(event("2"));
    await stripe.billing.meterEvents.create(event("4"));
  }
  const minute = timestamp - (timestamp % 60);
  const bounds = { customer, start_time: minute, end_time: minute + 120 };
  return (await stripe.billing.meters.listEventSummaries(meter.id, bounds)).data[0].aggregated_value;
}

async function tell(stripe, version, client) {
  const came = {};
  const early = version < "2025-03-31";
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: APRIL });
  const advance = (frozen_time) => stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
  const once = { idempotencyKey: `${clock.id}-1` };
  const customer = await stripe.customers.create({ email: "ada@example.com", test_clock: clock.id }, once);
  const again = await stripe.customers.create({ email: "ada@example.com", test_clock: clock.id }, once);
  came["repeated"] = again.id === customer.id;
  const mismatch = await refused("StripeIdempotencyError", () => stripe.customers.create({ email: "b@example.com" }, once));
  came["mismatch"] = mismatch.statusCode;
  const good = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  const pay_with = (id) => stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: id } });
  await pay_with(good.id);
  const product = await stripe.products.create({ name: "Weather" });
  const price = (unit_amount) =>
    stripe.prices.create({ product: product.id, currency: "usd", unit_amount, recurring: { interval: "month" } });
  const [small, large] = [await price(1000), await price(3000)];

  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: small.id }],
    expand: [early ? "latest_invoice.payment_intent" : "latest_invoice.payments"],
  });
  const first = subscription.latest_invoice;
  let intent;
  if (early) {
    intent = first.payment_intent;
    came["paid by"] = [first.paid, intent.status, intent.client_secret.startsWith(intent.id), intent.invoice === first.id];
  } else {
    intent = await stripe.paymentIntents.retrieve(first.payments.data[0].payment.payment_intent);
    came["paid by"] = [first.status === "paid", intent.status, intent.client_secret.startsWith(intent.id), true];
  }
  came["first"] = [subscription.status, first.amount_paid, intent.amount];
  const item = subscription.items.data[0];
  const period = early ? subscription : item;
  came["period"] = [period.current_period_start, period.current_period_end];

  await advance(HALF);
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item.id, price: large.id }],
    proration_behavior: "always_invoice",
    expand: ["latest_invoice"],
  });
  const lines = changed.latest_invoice.lines.data;
  came["upgrade"] = [changed.latest_invoice.amount_paid, lines.map((line) => line.amount).sort((a, b) => a - b)];
  came["upgrade lines"] = lines.map((line) => (early ? line.proration : line.parent.subscription_item_details.proration));

  await advance(MAY + SETTLED);
  let newest = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data[0];
  came["renewal"] = [newest.billing_reason, newest.status, newest.amount_paid];

  const bad = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  await pay_with(bad.id);
  await advance(JUNE + SETTLED);
  newest = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data[0];
  let { status } = await stripe.subscriptions.retrieve(subscription.id);
  came["decline"] = [newest.status, newest.amount_remaining, status];
  const declined = await refused("StripeCardError", () => stripe.invoices.pay(newest.id));
  came["card error"] = [declined.statusCode, declined.code];
  const recovered = await stripe.invoices.pay(newest.id, { payment_method: good.id });
  ({ status } = await stripe.subscriptions.retrieve(subscription.id));
  came["recovery"] = [recovered.status, recovered.amount_paid, status];

  came["pages"] = [];
  for await (const invoice of stripe.invoices.list({ customer: customer.id, limit: 2 })) came["pages"].push(invoice.total);
  const paid = (await stripe.events.list({ type: "invoice.paid", limit: 100 })).data;
  const event = await stripe.events.retrieve(paid[0].id);
  came["events"] = [paid.length, event.data.object.amount_paid, Boolean(event.api_version)];
  const missing = await refused("StripeInvalidRequestError", () => stripe.customers.retrieve("cus_none"));
  came["missing"] = [missing.statusCode, missing.code];
  came["bad key"] = (await refused("StripeAuthenticationError", () => client("nonsense").customers.list())).statusCode;
  came["cancel"] = (await stripe.subscriptions.cancel(subscription.id)).status;
  came["usage"] = await usage(stripe, client);
  return came;
}

async function main() {
  const [folder, url, key] = process.argv.slice(2);
  const found = require(folder);
  const Stripe = found.default || found;
  const { hostname, port } = new URL(url);
  const client = (secret, more) => new Stripe(secret, { host: hostname, port: Number(port), protocol: "http", ...more });
  const stripe = client(key);
  const version = Stripe.API_VERSION || stripe.getApiField("version");
  const came = await tell(stripe, version, client);
  console.log(JSON.stringify({ sdk: Stripe.PACKAGE_VERSION, api: version, came }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
