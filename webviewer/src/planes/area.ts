// The values inside an area on a plane, as in viewer/space/plane_roi.py: where they are taken, and their statistics.

import { statisticsOf, type Place } from "../measures";
import type { Vector } from "../format";
import { IMAGE, see } from "./cut";
import { flat, normalOfMeasure, outlineOf, type SpaceMeasure } from "./in_space";
import { layersOf, pointAt, stepAlong, type Cut } from "./mpr";
import { damagedLayers } from "./polygons";
import type { Solid } from "./solid";
import { add, inner, placed, scaled } from "./vectors";

/** With the values of the voxels whose centres lie inside, through its slab. */
export function withValues(measure: SpaceMeasure, solid: Solid): SpaceMeasure {
  return { ...measure, values: statisticsOf(valuesIn(measure, solid)) };
}

function valuesIn(measure: SpaceMeasure, solid: Solid): number[] {
  const cut = placesIn(measure, solid);
  const seen = see(solid, cut);
  const damaged = damagedLayers(solid, cut);
  const { slope, intercept } = solid.whole ?? { slope: 1, intercept: 0 };
  const holds = insideOf(measure);
  const values: number[] = [];
  for (let row = 0; row < cut.rows; row++) {
    for (let column = 0; column < cut.columns; column++) {
      const at = row * cut.columns + column;
      if (seen.there[at] !== IMAGE) continue;
      const point = pointAt(cut, column, row);
      const along = placed(solid.toIndex, point)[2];
      if (damaged.some(([low, high]) => along > low && along < high) || !holds(point)) continue;
      values.push((seen.values[at] as number) * slope + intercept);
    }
  }
  return values;
}

/**
 * A picture of the rectangle around an area, with a pixel for each voxel: on a plane that runs along the voxels, the
 * middle of each is the centre of one, so that the values are those of a slice.
 */
function placesIn(measure: SpaceMeasure, solid: Solid): Cut {
  const { right, down, slab } = measure;
  const start = measure.points[0] as Vector;
  const [x, y] = flat(measure)[1] as Place;
  const across = centres(solid, start, right, Math.min(0, x), Math.max(0, x));
  const along = centres(solid, start, down, Math.min(0, y), Math.max(0, y));
  const normal = normalOfMeasure(measure);
  const samples = layersOf(solid, normal, slab.thickness);
  const origin = add(add(start, right, across.first), down, along.first);
  const columns = [scaled(right, across.step), scaled(down, along.step), scaled(normal, slab.thickness / samples)] as const;
  return { matrix: { columns, origin }, columns: across.count, rows: along.count, samples, slab: slab.projection };
}

/** The centres of voxels along a side of the area, from `low` to `high` mm from its start. */
function centres(
  solid: Solid, start: Vector, way: Vector, low: number, high: number,
): { first: number; step: number; count: number } {
  const step = stepAlong(solid, way, false);
  const behind = (value: number): number => ((value % step) + step) % step;
  const phase = behind(inner(add(solid.affine.origin, start, -1), way));
  const first = low + behind(phase - low);
  return { first, step, count: Math.max(Math.floor((high - first) / step + 1e-9) + 1, 1) };
}

function insideOf(measure: SpaceMeasure): (point: Vector) => boolean {
  const { points, right, down, kind } = measure;
  const [width, height] = flat(measure)[1] as Place;
  return (point) => {
    const away = add(point, points[0] as Vector, -1);
    const across = (inner(away, right) / (width || 1e-9)) * 2 - 1;
    const along = (inner(away, down) / (height || 1e-9)) * 2 - 1;
    return kind === "ellipse" ? across ** 2 + along ** 2 <= 1 : Math.max(Math.abs(across), Math.abs(along)) <= 1;
  };
}

/** Whether slices are missing somewhere along its lines. */
export function crossesGap(measure: SpaceMeasure, solid: Solid): boolean {
  const places = outlineOf(measure).flat().map((point) => placed(solid.toIndex, point)[2]);
  return places.length > 0 && isAcrossGap(Math.min(...places), Math.max(...places), solid);
}

export function isAcrossGap(low: number, high: number, solid: Solid): boolean {
  return solid.gaps.some(([from, to]) => low < to && high > from);
}
