/* Colours of the page for what is drawn on a canvas, and when they change. */

import { colour } from "../shared/colours.js";

const NAMES = { map: "--map", ink: "--ink", paper: "--paper", line: "--line-strong", accent: "--accent" };

/** Colours of the page as the canvas of a browser writes them, "#rrggbb". */
export function readLook() {
  const pen = document.createElement("canvas").getContext("2d");
  const look = {};
  for (const [name, variable] of Object.entries(NAMES)) {
    pen.fillStyle = colour(variable);
    look[name] = pen.fillStyle;
  }
  return look;
}

/** Red, green and blue from 0 to 1. */
export function toNumbers(colour) {
  const number = Number.parseInt(colour.slice(1, 7), 16);
  return [number >> 16, (number >> 8) & 255, number & 255].map((part) => part / 255);
}
