/** What the operator's page says of the place: written into it as JSON, so that nothing has to be asked first. */
export interface About {
  service: string;
  homeserver: string;
  server_name: string;
  announcements: string;
  /** The languages of what is announced; each announcement says its own. */
  announced_in: string[];
  sign_up: string;
  /** Where openings of posts are told; "" where the operator counts none. */
  opened: string;
  translate: string;
  verified_reports: boolean;
  notices: string;
  home: string;
  terms: string;
  notice: string;
  preview: string;
  languages: { code: string; name: string }[];
  harms: { id: string; names: Record<string, string> }[];
}

const said = document.getElementById("about")?.textContent;
export const about = JSON.parse(said ?? "{}") as About;
