import type { Server } from "../server.ts";
import { Client, type Person, nobody } from "../world.ts";
import { type Factor, equip } from "./steps.ts";

/** Where most of them are: the one who runs it is known once the first test begins. */
export const workshop: { office: Person } = { office: { name: "", email: "", password: "", state: nobody() } };

/** A new member of the workshop. */
export async function joined(server: Server, name: string): Promise<Person> {
  const client = await Client.of(server, workshop.office.state);
  const person = await client.invite(name, `${name.toLowerCase()}@example.org`, "developer");
  await client.end();
  return person;
}

/** The same with a second factor. */
export async function equipped(server: Server, name: string): Promise<Factor & { person: Person }> {
  const person = await joined(server, name);
  return { person, ...(await equip(server, person)) };
}

/** Makes a workspace of the person's own; they stay where they are. */
export async function foundWorkspace(server: Server, person: Person, name: string): Promise<string> {
  const client = await Client.of(server, person.state);
  const { id } = await client.post<{ id: string }>("/api/v1/workspaces", { name });
  await client.end();
  return id;
}

export async function idOf(admin: Client, { name }: Person): Promise<string> {
  const { data } = await admin.get<{ data: { id: string; name: string }[] }>("/api/v1/members");
  return data.find((member) => member.name === name)?.id ?? "";
}
