/** One signed-in client: the library with its encryption, and what the views may ask of it. */
import {
  ClientEvent,
  createClient,
  EventTimeline,
  EventType,
  HttpApiEvent,
  JoinRule,
  MatrixEventEvent,
  MemoryStore,
  PendingEventOrdering,
  ReceiptType,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  SyncState,
  type MatrixClient,
  type MatrixEvent,
  type Room,
} from "matrix-js-sdk";
import type { CryptoBackend } from "matrix-js-sdk/lib/common-crypto/CryptoBackend.js";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { about } from "../about.ts";
import { forget, type Session } from "../session.ts";
import { Changing } from "../state.ts";

const FIRST = 40;
const nothing = () => undefined;
/** Faults only: the library's talk would name rooms and people in the console. */
const quiet: Logger = {
  trace: nothing, debug: nothing, info: nothing, warn: nothing,
  error: (...said) => console.error(...said),
  getChild: () => quiet,
};

export class Connected extends Changing {
  readonly client: MatrixClient;
  online = true;
  ready = false;
  trouble = "";
  request: VerificationRequest | null = null;

  constructor(readonly session: Session) {
    super();
    this.client = createClient({
      baseUrl: about.homeserver,
      userId: session.userId,
      accessToken: session.token,
      deviceId: session.deviceId,
      logger: quiet,
      // In memory on purpose: a post that was taken down must not come back from this browser's disk.
      store: new MemoryStore(),
    });
  }

  async start(): Promise<void> {
    this.listen();
    await this.client.initRustCrypto();
    await this.client.startClient({
      initialSyncLimit: FIRST,
      lazyLoadMembers: true,
      threadSupport: false,
      pendingEventOrdering: PendingEventOrdering.Detached,
      disablePresence: true,
    });
  }

  private listen(): void {
    const again = () => this.changed();
    this.client.on(ClientEvent.Sync, (state) => this.synced(state));
    this.client.on(ClientEvent.Room, again);
    this.client.on(ClientEvent.AccountData, again);
    this.client.on(RoomEvent.Timeline, (event, room) => {
      this.watch(event);
      if (room) this.changed();
    });
    for (const kind of [RoomEvent.MyMembership, RoomEvent.Name, RoomEvent.Receipt, RoomEvent.Redaction,
      RoomEvent.LocalEchoUpdated, RoomEvent.Tags, RoomEvent.TimelineReset] as const)
      this.client.on(kind, again);
    this.client.on(RoomStateEvent.Events, again);
    this.client.on(RoomMemberEvent.Name, again);
    this.client.on(MatrixEventEvent.Decrypted, again);
    this.client.on(HttpApiEvent.SessionLoggedOut, () => this.thrownOut());
    this.client.on(CryptoEvent.VerificationRequestReceived, (request) => {
      this.request = request;
      this.changed();
    });
  }

  private watch(event: MatrixEvent): void {
    event.on(MatrixEventEvent.Replaced, () => this.changed());
  }

  private synced(state: SyncState): void {
    if (state === SyncState.Prepared && !this.ready) {
      this.ready = true;
      void this.secure();
    }
    this.online = state !== SyncState.Error && state !== SyncState.Reconnecting;
    this.changed();
  }

  /** The first device of an account makes its signing keys; further ones are verified by it. */
  private async secure(): Promise<void> {
    const crypto = this.crypto;
    const device = this.session.deviceId;
    // Opened through our door it has no name yet, and its owner should know it among the others.
    void this.client.setDeviceDetails(device, { display_name: `${about.service} (web)` }).catch(nothing);
    try {
      if (!(await crypto.userHasCrossSigningKeys(this.session.userId, true)))
        await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: async (send) => void (await send(null)) });
      if (!(await crypto.checkKeyBackupAndEnable()) && (await crypto.isCrossSigningReady()))
        await crypto.resetKeyBackup();
    } catch (fault) {
      console.warn("Signing keys or backup:", fault);
    }
    this.changed();
  }

  get crypto() {
    const found = this.client.getCrypto();
    if (!found) throw new Error("Encryption has not started.");
    return found;
  }

  /** The library asks the backup once for a message's key; another device of ours may bring it there later. */
  async readAgain(event: MatrixEvent): Promise<void> {
    if (!event.isDecryptionFailure() || event.isBeingDecrypted()) return;
    await event.attemptDecryption(this.crypto as CryptoBackend, { isRetry: true }).catch(nothing);
  }

  private thrownOut(): void {
    forget();
    location.reload();
  }

  async signOut(): Promise<void> {
    this.client.stopClient();
    await this.client.logout(true).catch(() => undefined);
    await this.client.clearStores().catch(() => undefined);
    forget();
    location.hash = "";
    location.reload();
  }

  // Rooms in the words of people.

  get rooms(): Room[] {
    return this.client
      .getVisibleRooms()
      .filter((room) => ["join", "invite"].includes(room.getMyMembership()))
      .sort((one, other) => last(other) - last(one));
  }

  /** A room by id or by its public name. */
  room(name: string): Room | null {
    return this.client.getRoom(name) ?? this.rooms.find((room) => room.getCanonicalAlias() === name) ?? null;
  }

  isNotices(room: Room): boolean {
    return "m.server_notice" in room.tags || creator(room) === about.notices;
  }

  isPrivate(room: Room): boolean {
    return room.hasEncryptionStateEvent();
  }

  /** Anybody may come in, and nothing is encrypted. */
  isPublic(room: Room): boolean {
    return room.getJoinRule() === JoinRule.Public && !this.isPrivate(room);
  }

  mayWrite(room: Room): boolean {
    return room.getMyMembership() === "join" && !this.isNotices(room)
      && (room.currentState.maySendMessage(this.session.userId));
  }

  nameOf(userId: string, room?: Room): string {
    return room?.getMember(userId)?.rawDisplayName ?? this.client.getUser(userId)?.displayName ?? userId;
  }

  /** Only this account learns what it has read: the receipt is a private one. */
  seen(room: Room): void {
    const events = room.getLiveTimeline().getEvents();
    const newest = events.at(-1);
    if (newest && room.getUnreadNotificationCount() > 0)
      void this.client.sendReadReceipt(newest, ReceiptType.ReadPrivate).catch(() => undefined);
  }
}

export function creator(room: Room): string {
  const state = room.getLiveTimeline().getState(EventTimeline.FORWARDS);
  return state?.getStateEvents(EventType.RoomCreate, "")?.getSender() ?? "";
}

export function last(room: Room): number {
  return room.getLastActiveTimestamp();
}
