// The ray caster for a graphics card (WebGL 2): the same steps as in ray.ts.

import { SHIFT } from "./bricks";
import { ENTRIES, LIGHTS, MATERIAL } from "./looks";
import { BEHIND, SHORTER } from "./ray";

export const CORNERS = `#version 300 es
void main() {
  gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}`;

export const RAYS = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler3D;
precision highp sampler2D;
uniform sampler3D voxels, blocks;
uniform sampler2D colours;
uniform vec3 size, origin, right, down, along;
uniform mat3 toWorld;
uniform vec3 lights[${LIGHTS.length}], halves[${LIGHTS.length}], toEye;
uniform float intensities[${LIGHTS.length}];
uniform vec2 range;
uniform float gloss, rows, sampled;
uniform bool maximum, jitter, exact;
out vec4 colour;

const float SURE = 1e-4;

float value(vec3 place) {
  return textureLod(voxels, (place + 0.5) / size, 0.0).r;
}

vec4 entry(float found) {
  float part = clamp((found - range.x) / (range.y - range.x), 0.0, 1.0) * ${ENTRIES - 1}.0;
  return texelFetch(colours, ivec2(int(part + 0.5), 0), 0);
}

float at(ivec3 place) {
  return texelFetch(voxels, clamp(place, ivec3(0), ivec3(size) - 1), 0).r;
}

vec2 shade(vec3 gradient) {
  vec2 found = vec2(0.0);
  vec3 turned = toWorld * gradient;
  float length2 = dot(turned, turned);
  vec3 normal = length2 > 0.0 ? turned * inversesqrt(length2) : vec3(0.0);
  if (dot(normal, toEye) < -1e-3) normal = -normal;
  for (int n = 0; n < ${LIGHTS.length}; n++) {
    found.x += ${MATERIAL.ambient.toFixed(6)} * intensities[n];
    float light = dot(normal, lights[n]), mirror = dot(normal, halves[n]);
    if (light <= 0.0) continue;
    found.x += ${MATERIAL.diffuse.toFixed(6)} * intensities[n] * light;
    if (mirror > 0.001) found.y += gloss * intensities[n] * pow(mirror, ${MATERIAL.sharpness.toFixed(6)});
  }
  return found;
}

/* Of each corner of the cell by itself: between voxels brightness is mixed, not direction. */
vec2 shadeCorners(vec3 place) {
  ivec3 cell = clamp(ivec3(place), ivec3(0), ivec3(size) - 2);
  vec3 share = place - vec3(cell);
  vec2 found = vec2(0.0);
  for (int corner = 0; corner < 8; corner++) {
    ivec3 off = ivec3(corner & 1, (corner >> 1) & 1, (corner >> 2) & 1);
    vec3 part = mix(1.0 - share, share, vec3(off));
    ivec3 p = cell + off;
    vec3 gradient = vec3(
      at(p - ivec3(1, 0, 0)) - at(p + ivec3(1, 0, 0)),
      at(p - ivec3(0, 1, 0)) - at(p + ivec3(0, 1, 0)),
      at(p - ivec3(0, 0, 1)) - at(p + ivec3(0, 0, 1)));
    found += part.x * part.y * part.z * shade(gradient);
  }
  return found;
}

vec2 shadeBetween(vec3 p) {
  return shade(vec3(
    value(p - vec3(1, 0, 0)) - value(p + vec3(1, 0, 0)),
    value(p - vec3(0, 1, 0)) - value(p + vec3(0, 1, 0)),
    value(p - vec3(0, 0, 1)) - value(p + vec3(0, 0, 1))));
}

void main() {
  vec2 pixel = vec2(gl_FragCoord.x - 0.5, rows - gl_FragCoord.y - 0.5);
  vec3 start = origin + pixel.x * right + pixel.y * down;
  vec3 last = size - 1.0;
  float near = -1e9, far = 1e9;
  bool beside = false;
  for (int axis = 0; axis < 3; axis++) {
    if (abs(along[axis]) < 1e-9) beside = beside || start[axis] < -SURE || start[axis] > last[axis] + SURE;
    else {
      float inset = maximum || last[axis] < 0.5 ? -SURE : ${BEHIND.toFixed(6)};
      float low = inset - start[axis], high = last[axis] - inset - start[axis];
      near = max(near, min(low / along[axis], high / along[axis]));
      far = min(far, max(low / along[axis], high / along[axis]));
    }
  }
  colour = vec4(0.0, 0.0, 0.0, 1.0);
  if (beside || near > far) return;
  float late = sampled, first = 0.0;
  if (maximum) {
    vec3 sizes = abs(along);
    int steepest = sizes.x >= sizes.y && sizes.x >= sizes.z ? 0 : sizes.y >= sizes.z ? 1 : 2;
    late = -fract(start[steepest] / along[steepest]);
    first = ceil(near - late);
  } else {
    float cut = (far - near) * ${SHORTER.toFixed(6)};
    near += cut;
    far -= cut;
    if (jitter) late += fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
    first = floor(near - late) + 1.0;
  }
  float end = floor(far - late);
  float most = -1e30;
  vec4 sum = vec4(0.0);
  ivec3 blocksEnd = textureSize(blocks, 0) - 1;
  for (float n = first; n <= end; n += 1.0) {
    vec3 place = start + along * (n + late);
    ivec3 block = clamp(ivec3(place) >> ${SHIFT}, ivec3(0), blocksEnd);
    if (texelFetch(blocks, block, 0).r < 0.5) {
      vec3 edge = (vec3(block) + step(0.0, along)) * ${1 << SHIFT}.0 - place;
      vec3 ahead = mix(edge / along, vec3(1e9), lessThan(abs(along), vec3(1e-9)));
      n += max(ceil(min(min(ahead.x, ahead.y), ahead.z) - SURE) - 1.0, 0.0);
      continue;
    }
    float found = value(place);
    if (maximum) {
      most = max(most, found);
      if (most >= range.y) break;
      continue;
    }
    vec4 seen = entry(found);
    if (seen.a <= 0.0) continue;
    vec2 light = exact ? shadeCorners(place) : shadeBetween(place);
    sum += (1.0 - sum.a) * vec4(min(seen.rgb * light.x + light.y * seen.a, 1.0), seen.a);
    if (sum.a > 0.992) break;
  }
  if (maximum && most > -1e30) {
    float part = clamp((most - range.x) / (range.y - range.x), 0.0, 1.0) * ${ENTRIES - 1}.0;
    float below = min(floor(part), ${ENTRIES - 2}.0);
    sum = mix(texelFetch(colours, ivec2(int(below), 0), 0), texelFetch(colours, ivec2(int(below) + 1, 0), 0), part - below);
  }
  colour.rgb = sum.rgb;
}`;
