// Two fingers on a touch screen: they zoom about their middle and move the image with it.

type Point = readonly [number, number];

export interface Pinched {
  factor: number;
  middle: Point;
  moved: Point;
}

export class Pinch {
  private readonly fingers = new Map<number, Point>();

  get active(): boolean {
    return this.fingers.size >= 2;
  }

  down(event: PointerEvent): void {
    if (event.pointerType === "touch") this.fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
  }

  up(event: PointerEvent): void {
    this.fingers.delete(event.pointerId);
  }

  /** The change since the last move; null if there are not two fingers, or this is none of them. */
  move(event: PointerEvent): Pinched | null {
    const [first, second] = [...this.fingers.keys()];
    if (first === undefined || second === undefined || (event.pointerId !== first && event.pointerId !== second)) return null;
    const before = this.span(first, second);
    this.fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    const after = this.span(first, second);
    const moved: Point = [after.middle[0] - before.middle[0], after.middle[1] - before.middle[1]];
    return { factor: after.length / Math.max(before.length, 1), middle: after.middle, moved };
  }

  private span(first: number, second: number): { middle: Point; length: number } {
    const [a, b] = [this.fingers.get(first), this.fingers.get(second)] as [Point, Point];
    return { middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2], length: Math.hypot(a[0] - b[0], a[1] - b[1]) };
  }
}
