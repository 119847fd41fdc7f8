// Which panes follow the one that moves, and what they show of each other: lines and the cross-hair's place.

import { dot, unitNormal } from "../directions";
import type { Vector } from "../format";
import type { ViewState } from "../state";
import { followed, linkOf, type Link } from "./linked";
import { nearestTo, sameFrame } from "./places";
import type { Port } from "./port";

export class Ties {
  linked = false;
  localizers = false;
  /** The place that the cross-hair marks. */
  cross: Vector | null = null;
  private links = new Map<Port, Link>();
  private leader: Port | null = null;

  /** Another pane leads from now on, or panes have new content. */
  anew(leader: Port, ports: readonly Port[]): void {
    this.leader = leader;
    this.links = new Map();
    for (const port of this.linked ? ports : []) {
      const [here, there] = [leader.shown, port.shown];
      const how = port !== leader && here && there ? linkOf(here, there) : null;
      if (how) this.links.set(port, how);
    }
  }

  /** The panes that follow, with their new states. */
  moved(leader: Port, ports: readonly Port[]): [Port, ViewState][] {
    if (leader !== this.leader) this.anew(leader, ports);
    const here = leader.shown;
    const found: [Port, ViewState][] = [];
    for (const [port, how] of this.links) {
      const there = port.shown;
      if (here && there) found.push([port, followed(here, there, how)]);
    }
    return found;
  }

  /** The other panes of the leader's frame of reference at their slices nearest to a place in the patient. */
  crossed(leader: Port, ports: readonly Port[]): [Port, ViewState][] {
    const { cross } = this;
    const here = leader.shown;
    const found: [Port, ViewState][] = [];
    for (const port of ports) {
      const there = port.shown;
      if (port === leader || !here || !there || !cross || !sameFrame(here.entry, there.entry)) continue;
      const { orientation } = there.entry.stack;
      const index = orientation && nearestTo(there.entry.stack, there.frames, dot(cross, unitNormal(orientation)));
      if (index !== null) found.push([port, { ...there.state, index }]);
    }
    return found;
  }

  /** Say and show in each pane what the others have to do with it. */
  mark(selected: Port, ports: readonly Port[]): void {
    const [entry, state] = [selected.entry, selected.pane.state];
    for (const port of ports) {
      const linked = this.links.has(port) || (this.links.size > 0 && port === this.leader);
      const alike = entry !== null && port.entry !== null && sameFrame(entry, port.entry);
      const cuts = this.localizers && port !== selected && alike && selected.slices && state;
      port.pane.around = {
        linked,
        cutBy: cuts && selected.slices && state ? { slices: selected.slices, index: state.index } : null,
        cross: this.cross && (alike || port === selected) ? this.cross : null,
      };
      port.element.classList.toggle("selected", ports.length > 1 && port === selected);
      port.refresh();
    }
  }
}
