/** Co-location groups as Citus keeps them: equal shard count and key type share a group by default. */
export interface Group {
  /** Name of the first table, unique among groups. */
  readonly name: string;
  readonly shards?: number;
  /** Type of the key; '' where it is not known. */
  readonly type: string;
  /** Later tables join it without saying so. */
  readonly implicit: boolean;
}

export class Groups {
  private all: Group[] = [];

  /** A group goes with its last table. */
  keepOnly(used: ReadonlySet<Group | undefined>): void {
    this.all = this.all.filter((group) => used.has(group));
  }

  make(table: string, group: Omit<Group, 'name'>): Group {
    const taken = new Set(this.all.map(({ name }) => name));
    let name = table;
    for (let number = 2; taken.has(name); number++) name = `${table} ${number}`;
    const made = { ...group, name };
    this.all.push(made);
    return made;
  }

  /** The group that a table joins when it names none. An unknown type is taken to fit. */
  standard(table: string, shards: number | undefined, type: string): Group {
    const fits = (group: Group): boolean => group.implicit && group.shards === shards;
    return (
      this.all.find((group) => fits(group) && group.type === type) ??
      this.all.find((group) => fits(group) && (type === '' || group.type === '')) ??
      this.make(table, { ...(shards !== undefined && { shards }), type, implicit: true })
    );
  }
}
