/** This device and the others, the language, the way out. */
import type { Device } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { useEffect, useState } from "preact/hooks";
import { about } from "../about.ts";
import type { Connected } from "../matrix/connected.ts";
import { t } from "../words.ts";
import { Busy, Icon, Languages } from "./parts.tsx";

interface Line {
  device: Device;
  verified: boolean;
}

export function Settings(props: { me: Connected }) {
  const { me } = props;
  return (
    <div class="m-page">
      <h1>{t("settings")}</h1>
      <dl class="facts">
        <div><dt>{t("name")}</dt><dd><bdi>{me.session.userId}</bdi></dd></div>
        <div><dt>{t("language")}</dt><dd><Languages /></dd></div>
        <div><dt>{t("settings.homeserver")}</dt><dd><code>{about.homeserver}</code></dd></div>
      </dl>
      <h2>{t("settings.devices")}</h2>
      <p class="soft">{t("settings.devices.lead")}</p>
      {me.ready && <Devices me={me} />}
      <h2>{t("sign_out")}</h2>
      <p class="soft">{t("settings.out.lead")}</p>
      <Busy act={() => me.signOut()} plain>{t("sign_out")}</Busy>
      <p class="soft small">{t("settings.private")}</p>
    </div>
  );
}

function Devices(props: { me: Connected }) {
  const { me } = props;
  const [lines, setLines] = useState<Line[]>([]);
  const own = me.session.userId;
  useEffect(() => {
    const look = async () => {
      const all = [...((await me.crypto.getUserDeviceInfo([own], true)).get(own)?.values() ?? [])];
      const checked = all.map(async (device) => ({
        device,
        verified: !!(await me.crypto.getDeviceVerificationStatus(own, device.deviceId))?.crossSigningVerified,
      }));
      setLines(await Promise.all(checked));
    };
    // A device that has just signed in may not know itself yet, nor the others.
    const learned = (accounts: string[]) => void (accounts.includes(own) && look());
    me.client.on(CryptoEvent.DevicesUpdated, learned);
    void look();
    return () => void me.client.off(CryptoEvent.DevicesUpdated, learned);
  }, [me.request]);
  const ask = async () => {
    me.request = await me.crypto.requestOwnUserVerification();
    me.changed();
  };
  return (
    <>
      <ul class="m-devices">
        {lines.map(({ device, verified }) => (
          <li key={device.deviceId}>
            <Icon name="shield" /> <bdi>{device.displayName}</bdi>
            {" "}<code>{device.deviceId}</code>
            {device.deviceId === me.session.deviceId && <span>({t("settings.this")})</span>}
            {verified ? <span class="m-verified">{t("verified")}</span> : <strong>{t("unverified")}</strong>}
          </li>
        ))}
      </ul>
      {lines.length > 1 && <Busy act={ask}>{t("settings.verify")}</Busy>}
    </>
  );
}
