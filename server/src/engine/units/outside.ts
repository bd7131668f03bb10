/** Calls that leave the process for something slow: HTTP, mail, payment and model providers, object stores. */
import type { Flow } from '../../flow/flow';
import type { CallValue } from '../../hosts/host';

const services: readonly (readonly [what: string, modules: RegExp])[] = [
  [
    'an HTTP call',
    /^(?:axios|got|node-fetch|undici|superagent|ky|request|request-promise(?:-native)?|cross-fetch|isomorphic-fetch|ofetch|needle|phin|@nestjs\/axios)$/,
  ],
  [
    'a mail',
    /^(?:nodemailer|resend|@sendgrid\/mail|postmark|mailgun\.js|mailgun-js|node-mailjet|@aws-sdk\/client-sesv?2?|@mailchimp\/.*|@nestjs-modules\/mailer)$/,
  ],
  ['an SMS', /^(?:twilio|@vonage\/.*|plivo|messagebird)$/],
  ['a payment provider', /^(?:stripe|braintree|@paypal\/.*|paypal-rest-sdk|square|razorpay|@adyen\/.*|@mollie\/.*)$/],
  ['a model provider', /^(?:openai|@anthropic-ai\/.*|cohere-ai|@google\/generative-ai|@google-cloud\/vertexai|ai)$/],
  [
    'an object store',
    /^(?:@aws-sdk\/client-s3|@aws-sdk\/lib-storage|@google-cloud\/storage|@azure\/storage-blob|minio)$/,
  ],
  ['a push service', /^(?:web-push|firebase-admin(?:\/.*)?|apn|node-apn|@slack\/web-api|@slack\/webhook)$/],
];

/** What is only made or asked there, and waits for nobody. */
const local =
  /^(?:create|extend|isAxiosError|constructEvent|constructEventAsync|createTransport|setApiKey|defaults|interceptors|on|once|use|getSignedUrl|isCancel|bucket|file|validate\w*|Router|Agent)$/;

/** Undefined: it is not proved to be any of these. */
export function outsideOf(call: CallValue, name: string, flow: Flow): string | undefined {
  if (call.isNew || local.test(name)) return undefined;
  if (name === 'fetch' && call.callee.kind === 'name') {
    const { root } = flow.call(call);
    return root.kind === 'global' ? 'an HTTP call' : undefined;
  }
  const { root, steps } = flow.call(call);
  if (root.kind !== 'package') return undefined;
  // What is done with an answer (`(await fetch(url)).json()`, `data.scopes.split(',')`) asks for nothing more.
  const calls = steps.filter((step) => step.kind === 'call' && !local.test(step.name));
  const last = steps.at(-1);
  if (calls.length !== 1 || last?.kind !== 'call' || last !== calls[0]) return undefined;
  return services.find(([, modules]) => modules.test(root.module))?.[0];
}
