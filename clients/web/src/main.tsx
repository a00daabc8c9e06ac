import "./style.css";
import { render } from "preact";
import { session } from "./session.ts";
import { learn } from "./words.ts";
import { Welcome } from "./views/welcome.tsx";

const root = document.getElementById("messenger")!;

async function open(): Promise<void> {
  const known = session();
  // Fetched together: the words, and for somebody signed in the library.
  const [, shell] = await Promise.all([learn(), known ? import("./views/shell.tsx") : null]);
  render(known && shell ? <shell.Shell session={known} /> : <Welcome />, root);
}

void open();
