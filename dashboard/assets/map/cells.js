/* Hexagons as one layer of MapLibre that draws them itself.
 *
 * Corners are made once for every cell that was ever seen and stay on the graphics card; what a
 * repaint changes is one byte a corner, the class of its cell. Which cell is below a point is
 * asked of H3, not of what was drawn.
 */

import { toNumbers } from "./look.js";

const HIDDEN = 255; // class of a cell that is not there now
const NO_EDGE = 64; // added to the class of a cell that is only estimated
const MOST_COLOURS = 16;
const MOST_CELLS = 120_000; // kept; more and it begins anew
const EDGE_PX = 0.8;

const VERTEX = `#version 300 es
uniform vec2 scale;
uniform vec2 offset;
in vec2 place;
in float rim;
in uint kind;
out float vRim;
flat out uint vKind;
void main() {
  vRim = rim;
  vKind = kind;
  vec2 at = kind == ${HIDDEN}u ? vec2(3.0) : place * scale + offset;
  gl_Position = vec4(at, 0.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 colours[${MOST_COLOURS}];
uniform vec3 ink;
uniform float edgePx;
uniform float opacity;
in float vRim;
flat in uint vKind;
out vec4 colour;
void main() {
  float slope = length(vec2(dFdx(vRim), dFdy(vRim)));
  float away = (1.0 - vRim) / max(slope, 1e-6);
  float width = min(edgePx, 0.14 / max(slope, 1e-6));
  float isEdge = vKind >= ${NO_EDGE}u ? 0.0 : 1.0 - smoothstep(width - 0.5, width + 0.5, away);
  vec3 fill = colours[vKind & 15u];
  float alpha = mix(opacity, 1.0, isEdge) * clamp(away + 0.6, 0.0, 1.0);
  colour = vec4(mix(fill, ink, isEdge) * alpha, alpha);
}`;

/** Longitude and latitude on the square of the world, 0 to 1. */
function toSquare(lng, lat) {
  const turn = (lat * Math.PI) / 180;
  return [lng / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + turn / 2)) / (2 * Math.PI)];
}

/** Steps of one resolution to the numbers of its cells. */
export function toNumbersOfCells(steps) {
  const numbers = new Float64Array(steps.length);
  let at = 0;
  for (let row = 0; row < steps.length; row++) numbers[row] = at += steps[row];
  return numbers;
}

const shiftOf = (resolution) => BigInt(3 * (15 - resolution));

/** The H3 index of a cell as people write it. */
export function toIndex(number, resolution) {
  const shift = shiftOf(resolution);
  return ((BigInt(number) << shift) | ((1n << shift) - 1n)).toString(16);
}

/** The same as H3 takes it fastest: its lower and upper 32 bits. */
function toHalves(number, resolution) {
  const shift = 3 * (15 - resolution);
  if (shift >= 32) {
    const rest = 2 ** (shift - 32);
    return [0xffffffff, number * rest + rest - 1];
  }
  const upper = Math.floor(number / 2 ** (32 - shift));
  const lower = number - upper * 2 ** (32 - shift);
  return [lower * 2 ** shift + 2 ** shift - 1, upper];
}

const toNumber = (index, resolution) => Number(BigInt(`0x${index}`) >> shiftOf(resolution));

/** Cells of one resolution: their corners, and where in them each cell begins. */
class Shapes {
  constructor(resolution) {
    this.resolution = resolution;
    this.first = new Map(); // number of a cell -> its first corner
    this.rows = new Map(); // number of a cell -> row of what is shown
    this.corners = 0;
    this.triangles = 0;
    this.place = new Float32Array(1 << 14);
    this.rim = new Uint8Array(1 << 13);
    this.index = new Uint32Array(1 << 14);
    this.kind = new Uint8Array(0);
    this.stale = true; // corners are not on the card yet
  }

  add(h3, number, origin) {
    const ring = h3.cellToBoundary(toHalves(number, this.resolution));
    const start = this.corners;
    const length = ring.length;
    this.room(length + 1, length);
    this.first.set(number, start);
    const { place, rim, index } = this;
    let midX = 0;
    let midY = 0;
    for (let corner = 0; corner < length; corner++) {
      const [x, y] = toSquare(ring[corner][1], ring[corner][0]);
      const at = start + 1 + corner;
      midX += place[2 * at] = x - origin[0];
      midY += place[2 * at + 1] = y - origin[1];
      rim[at] = 255;
      const triangle = 3 * (this.triangles + corner);
      index[triangle] = start;
      index[triangle + 1] = at;
      index[triangle + 2] = start + 1 + ((corner + 1) % length);
    }
    place[2 * start] = midX / length;
    place[2 * start + 1] = midY / length;
    rim[start] = 0;
    this.corners += length + 1;
    this.triangles += length;
    this.stale = true;
  }

  room(corners, triangles) {
    this.place = grown(this.place, 2 * (this.corners + corners));
    this.rim = grown(this.rim, this.corners + corners);
    this.index = grown(this.index, 3 * (this.triangles + triangles));
  }

  /** Give cells their classes; all others are hidden. */
  show(h3, numbers, kinds, from, origin) {
    this.rows = new Map();
    for (let row = 0; row < numbers.length; row++) {
      this.rows.set(numbers[row], from + row);
      if (!this.first.has(numbers[row])) this.add(h3, numbers[row], origin);
    }
    this.kind = new Uint8Array(this.corners).fill(HIDDEN);
    for (let row = 0; row < numbers.length; row++) {
      const start = this.first.get(numbers[row]);
      let stop = start + 1;
      while (stop < this.corners && this.rim[stop]) stop++;
      this.kind.fill(kinds[from + row], start, stop);
    }
  }

  hide() {
    this.rows = new Map();
    this.kind = new Uint8Array(this.corners).fill(HIDDEN);
  }
}

function grown(array, least) {
  if (array.length >= least) return array;
  const larger = new array.constructor(Math.max(least, 2 * array.length));
  larger.set(array);
  return larger;
}

/** The layer; `show(data)` changes what it draws. */
export class Cells {
  constructor(h3, look) {
    this.id = "cells";
    this.type = "custom";
    this.renderingMode = "2d";
    this.h3 = h3;
    this.look = look;
    this.opacity = 1;
    this.visible = true;
    this.origin = null;
    this.shapes = new Map(); // resolution -> Shapes
    this.data = null;
  }

  /** Cells, means and edges of classes; what is drawn at the next frame. */
  show(data) {
    this.data = data;
    this.colours = new Float32Array(3 * MOST_COLOURS);
    data.colours.forEach((colour, place) => this.colours.set(toNumbers(colour), 3 * place));
    const kinds = toKinds(data);
    const kept = [...this.shapes.values()].reduce((sum, each) => sum + each.first.size, 0);
    if (kept > MOST_CELLS) this.forget();
    for (const shapes of this.shapes.values()) shapes.hide();
    let from = 0;
    for (const { resolution, steps } of data.parts) {
      const numbers = toNumbersOfCells(steps);
      this.origin ??= this.middleOf(numbers, resolution);
      if (!this.shapes.has(resolution)) this.shapes.set(resolution, new Shapes(resolution));
      this.shapes.get(resolution).show(this.h3, numbers, kinds, from, this.origin);
      from += numbers.length;
    }
    this.map?.triggerRepaint();
  }

  middleOf(numbers, resolution) {
    if (!numbers.length) return null;
    const [lat, lng] = this.h3.cellToLatLng(toIndex(numbers[0], resolution));
    return toSquare(lng, lat);
  }

  forget() {
    for (const shapes of this.shapes.values()) this.drop(shapes);
    this.shapes.clear();
    this.origin = null;
  }

  /** Row and index of the cell at a place, the smallest one; null where there is none. */
  at({ lng, lat }) {
    if (!this.data || !this.visible) return null;
    const finest = [...this.shapes.keys()].sort((one, other) => other - one);
    for (const resolution of finest) {
      const index = this.h3.latLngToCell(lat, lng, resolution);
      const row = this.shapes.get(resolution).rows.get(toNumber(index, resolution));
      if (row !== undefined) return { row, index };
    }
    return null;
  }

  // ---- what MapLibre calls -------------------------------------------------------------------

  onAdd(map, gl) {
    this.map = map;
    this.gl = gl;
    this.program = link(gl);
    const names = ["scale", "offset", "colours", "ink", "edgePx", "opacity"];
    this.uniforms = Object.fromEntries(
      names.map((name) => [name, gl.getUniformLocation(this.program, name)]),
    );
  }

  onRemove() {
    this.forget();
  }

  render(gl) {
    if (!this.data || !this.visible || !this.origin) return;
    gl.useProgram(this.program);
    this.place(gl);
    gl.uniform3fv(this.uniforms.colours, this.colours);
    gl.uniform3fv(this.uniforms.ink, toNumbers(this.look.ink));
    gl.uniform1f(this.uniforms.edgePx, EDGE_PX * devicePixelRatio);
    gl.uniform1f(this.uniforms.opacity, this.opacity);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    // coarse cells, of fixed nodes, below the fine ones of rides
    const order = [...this.shapes.keys()].sort((one, other) => one - other);
    for (const resolution of order) this.draw(gl, this.shapes.get(resolution));
    gl.bindVertexArray(null);
  }

  /** The map is never turned or tilted, so a place is a number times one plus another. */
  place(gl) {
    const { map, origin } = this;
    const { clientWidth, clientHeight } = map.getCanvas();
    const world = 512 * 2 ** map.getZoom();
    const centre = map.getCenter();
    const [x, y] = toSquare(centre.lng, centre.lat);
    const [across, down] = [(2 * world) / clientWidth, (2 * world) / clientHeight];
    gl.uniform2f(this.uniforms.scale, across, -down);
    gl.uniform2f(this.uniforms.offset, (origin[0] - x) * across, -(origin[1] - y) * down);
  }

  draw(gl, shapes) {
    if (!shapes.rows.size) return;
    shapes.array ?? this.make(gl, shapes);
    gl.bindVertexArray(shapes.array);
    if (shapes.stale) {
      fill(gl, gl.ARRAY_BUFFER, shapes.buffers.place, shapes.place.subarray(0, 2 * shapes.corners));
      fill(gl, gl.ARRAY_BUFFER, shapes.buffers.rim, shapes.rim.subarray(0, shapes.corners));
      fill(
        gl, gl.ELEMENT_ARRAY_BUFFER, shapes.buffers.index,
        shapes.index.subarray(0, 3 * shapes.triangles),
      );
      shapes.stale = false;
    }
    if (shapes.sent !== shapes.kind) {
      fill(gl, gl.ARRAY_BUFFER, shapes.buffers.kind, shapes.kind);
      shapes.sent = shapes.kind;
    }
    gl.drawElements(gl.TRIANGLES, 3 * shapes.triangles, gl.UNSIGNED_INT, 0);
  }

  make(gl, shapes) {
    shapes.array = gl.createVertexArray();
    gl.bindVertexArray(shapes.array);
    shapes.buffers = {};
    for (const name of ["place", "rim", "kind", "index"]) shapes.buffers[name] = gl.createBuffer();
    const attribute = (name) => gl.getAttribLocation(this.program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, shapes.buffers.place);
    gl.enableVertexAttribArray(attribute("place"));
    gl.vertexAttribPointer(attribute("place"), 2, gl.FLOAT, false, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, shapes.buffers.rim);
    gl.enableVertexAttribArray(attribute("rim"));
    gl.vertexAttribPointer(attribute("rim"), 1, gl.UNSIGNED_BYTE, true, 0, 0);
    gl.bindBuffer(gl.ARRAY_BUFFER, shapes.buffers.kind);
    gl.enableVertexAttribArray(attribute("kind"));
    gl.vertexAttribIPointer(attribute("kind"), 1, gl.UNSIGNED_BYTE, 0, 0);
    gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, shapes.buffers.index);
  }

  drop(shapes) {
    if (!shapes.array) return;
    this.gl.deleteVertexArray(shapes.array);
    for (const buffer of Object.values(shapes.buffers)) this.gl.deleteBuffer(buffer);
  }
}

function fill(gl, target, buffer, values) {
  gl.bindBuffer(target, buffer);
  gl.bufferData(target, values, gl.DYNAMIC_DRAW);
}

/** Class of every row: a value on an edge is in the higher one. */
export function toKinds({ means, counts, lows, edges }) {
  return Uint8Array.from(means, (mean, row) => {
    let kind = 0;
    while (kind < edges.length && mean >= edges[kind]) kind++;
    return kind + (lows && counts[row] === 0 ? NO_EDGE : 0);
  });
}

function link(gl) {
  const program = gl.createProgram();
  for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
    const shader = gl.createShader(type);
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    throw new Error(gl.getProgramInfoLog(program) || "WebGL");
  }
  return program;
}
