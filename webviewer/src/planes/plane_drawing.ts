// Draws over a plane: bands where slices are missing or damaged, and the cross-hair.

import type { CrossHair, Held } from "./crosshair";
import type { Cut, Plane } from "./mpr";
import type { Polygon } from "./polygons";

// One colour for each plane: for its lines in the other panes, and for the edge of its own.
export const COLOURS: Record<Plane, string> = {
  axial: "#4db6d8", coronal: "#86c98b", sagittal: "#e3a17a", oblique: "#b9a3e6",
};
const [NOTE, DAMAGE] = ["#f0bf66", "#97585a"];
const [GAP, HANDLE, HATCH] = [16, 4.5, 8];

type Surface = CanvasRenderingContext2D;

function screen([column, row]: readonly [number, number]): [number, number] {
  return [(column + 0.5) / devicePixelRatio, (row + 0.5) / devicePixelRatio];
}

/** Bands that cannot be mistaken for image. */
export function drawBands(surface: Surface, gaps: readonly Polygon[], damaged: readonly Polygon[]): void {
  for (const [polygons, colour] of [[gaps, NOTE], [damaged, DAMAGE]] as const) {
    for (const polygon of polygons) band(surface, polygon, colour);
  }
}

function band(surface: Surface, polygon: Polygon, colour: string): void {
  surface.save();
  surface.beginPath();
  polygon.forEach((place) => surface.lineTo(...screen(place)));
  surface.closePath();
  surface.clip();
  surface.fillStyle = "#000";
  surface.fill();
  surface.globalAlpha = 0.35;
  surface.fillStyle = colour;
  surface.fill();
  surface.globalAlpha = 1;
  surface.strokeStyle = colour;
  surface.lineWidth = 1;
  surface.beginPath();
  const [width, height] = [surface.canvas.width, surface.canvas.height];
  for (let start = -height; start < width; start += HATCH) {
    surface.moveTo(start, height);
    surface.lineTo(start + height, 0);
  }
  surface.stroke();
  surface.restore();
}

/** The lines of the other planes with a gap around the point; the held one is stronger. */
export function drawHair(surface: Surface, hair: CrossHair, cut: Cut, held: Held | null): void {
  const [x, y] = screen(hair.center);
  const far = (Math.hypot(cut.columns, cut.rows) * 2) / devicePixelRatio;
  const reach = hair.reach / devicePixelRatio;
  for (const { other, direction } of hair.lines) {
    const strong = held?.other === other;
    surface.globalAlpha = strong ? 1 : 0.69;
    surface.strokeStyle = COLOURS[other];
    surface.lineWidth = strong ? 1.8 : 1.1;
    for (const sign of [-1, 1]) {
      const [right, down] = [direction[0] * sign, direction[1] * sign];
      surface.beginPath();
      surface.moveTo(x + right * GAP, y + down * GAP);
      surface.lineTo(x + right * far, y + down * far);
      surface.stroke();
      surface.beginPath();
      surface.arc(x + right * reach, y + down * reach, HANDLE, 0, 2 * Math.PI);
      surface.fillStyle = strong && held?.grip === "turn" ? COLOURS[other] : "#000";
      surface.fill();
      surface.stroke();
    }
  }
  surface.globalAlpha = 1;
  if (held?.grip !== "point") return;
  surface.strokeStyle = "#eceff2";
  surface.lineWidth = 1.4;
  surface.beginPath();
  surface.arc(x, y, GAP * 0.6, 0, 2 * Math.PI);
  surface.stroke();
}
