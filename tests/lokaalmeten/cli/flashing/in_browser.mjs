// Flashes as a browser does: node in_browser.mjs ESPTOOL PORT ADDRESS FILE [ADDRESS FILE ...]
// The serial port of Web Serial is a connection to PORT of this machine.
import { readFile } from "node:fs/promises";
import { connect } from "node:net";

const [esptool, port, ...parts] = process.argv.slice(2);
const { ESPLoader, Transport } = await import(esptool);

const line = connect(Number(port), "127.0.0.1");
line.setNoDelay(true);
const serial = {
  open: async () => {},
  close: async () => {},
  getInfo: () => ({}),
  setSignals: async () => {},
  readable: new ReadableStream({
    start: (control) => line.on("data", (octets) => control.enqueue(new Uint8Array(octets))),
  }),
  writable: new WritableStream({ write: (octets) => void line.write(octets) }),
};

const fileArray = [];
for (let index = 0; index < parts.length; index += 2) {
  const data = new Uint8Array(await readFile(parts[index + 1]));
  fileArray.push({ data, address: Number(parts[index]) });
}
const terminal = { clean() {}, write() {}, writeLine() {} };
const loader = new ESPLoader({ transport: new Transport(serial), baudrate: 115200, terminal });
try {
  console.log(await loader.main());
  await loader.writeFlash({
    fileArray, flashSize: "keep", flashMode: "keep", flashFreq: "keep", eraseAll: false, compress: true,
  });
  console.log("written");
  process.exit(0);
} catch (error) {
  console.log(String(error));
  process.exit(1);
}
