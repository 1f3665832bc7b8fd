"""The path from readings to a page, measured on MicroPython.

hot_path.py locked           a page's worth of samples with the heap locked
hot_path.py guarded          the same, with a zone and with ends that are cut off
hot_path.py bytes            bytes that samples allocate, and bytes that a finished page does
hot_path.py samples N        takes N samples, for whoever counts instructions
hot_path.py pages N          writes N pages of 60 samples that are put together already
hot_path.py readings N       N readings of an SPS30 on a bus that costs nothing
"""

# pyright: reportAttributeAccessIssue=false, reportMissingModuleSource=false
# it runs on MicroPython, whose modules have more, and others in front of them

import gc
import sys
import time

import micropython

from firmware.packing import RecordWriter
from firmware.privacy import Guard
from firmware.sampler import Sampler
from firmware.sensors import Sensor
from firmware.sensors.sensirion import put_word
from firmware.sensors.sps30 import Sps30
from firmware.trim import Trim
from firmware.zones import make_zone
from lokaalmeten.wire import BIT_PM_ERROR

NOON = 1795435200
BIKE = 2
READINGS = (
    (("pm1", "pm25", "pm10"), (541, 823, 1374)),
    (("voc_raw", "nox_raw"), (30200, 15600)),
    (("temperature", "humidity", "pressure"), (2137, 4820, 101325)),
    (("lat", "lon", "accuracy"), (520907374, 51214201, 185)),
    (("sound_laeq",), (4800,)),
    (("battery",), (3870,)),
)


class Told(Sensor):
    """Always well."""

    fresh_ms = 1 << 28

    def __init__(self, keys, counts):
        super().__init__("told", keys, time)
        self.counts = list(counts)
        self.fault = BIT_PM_ERROR
        self.well()


class Bus:
    """Answers what an SPS30 would, without a device behind it."""

    def __init__(self):
        self.answer = bytearray(60)
        for index in range(20):
            put_word(self.answer, 3 * index, 0x4103)
        self.ready = bytearray(3)
        put_word(self.ready, 0, 1)

    def writeto(self, address, data):
        self.answer[59] ^= 0  # nothing is remembered

    def readfrom_into(self, address, buffer):
        source = self.ready if len(buffer) == 3 else self.answer
        for index in range(len(buffer)):
            buffer[index] = source[index]


def keep(page):
    pass


def number():
    return 7


def make_sampler(samples):
    sensors = [Told(keys, counts) for keys, counts in READINGS]
    return Sampler(BIKE, sensors, keep, 7, number, time, samples)


def sample(sampler, count):
    gc.collect()  # large frames of functions lie on the heap, and are found faster on a tidy one
    for second in range(count):
        sampler.sample(NOON + second)


def run_locked():
    """Raises MemoryError when a sample or a reading allocates."""
    sampler = make_sampler(60)
    sampler.sample(NOON)
    micropython.heap_lock()
    for second in range(1, 59):
        sampler.sample(NOON + second)
    micropython.heap_unlock()
    sensor = make_laser()
    sensor.read()
    micropython.heap_lock()
    for _ in range(10):
        sensor.read()
    micropython.heap_unlock()
    print("nothing")


def run_guarded():
    """A ride of a kilometre and more, of which samples wait and are passed on."""
    guard = Guard([make_zone(520000000, 51000000, 450)], Trim(15, lambda limit: 0))
    sensors = [Told(keys, counts) for keys, counts in READINGS]
    place = sensors[3].counts
    sampler = Sampler(BIKE, sensors, count_page, 7, number, time, 60, guard)
    for second in range(120):  # forty are cut off, forty wait, some are passed on: a page is open
        if second == 90:
            micropython.heap_lock()
        place[1] += 730
        sampler.sample(NOON + second)
    micropython.heap_unlock()
    sampler.close()
    print("nothing", pages[0])


pages = [0]


def count_page(page):
    pages[0] += page[16]


def count_bytes(samples, size):
    sampler = make_sampler(size)
    sampler.sample(NOON)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for second in range(1, samples):
        sampler.sample(NOON + second)
    return gc.mem_alloc() - before


def write_pages(count):
    writer = RecordWriter(BIKE, 60)
    for index, value in enumerate((520907374, 51214201, 185, 541, 823, 1374, 2137, 4820)):
        writer.row[2 + index] = value
    gc.collect()
    for _ in range(count):
        writer.begin(7, 0, NOON)
        for second in range(60):
            writer.put(NOON + second, 0, writer.row)
        keep(writer.seal(number()))


def make_laser():
    sensor = Sps30(Bus(), time, ("pm1", "pm25", "pm10"), None, None)
    sensor._warm = True
    sensor.stands_still = lambda same, most: None
    return sensor


def read_many(count):
    sensor = make_laser()
    gc.collect()
    for _ in range(count):
        sensor.read()


def main(what, count):
    if what == "locked":
        run_locked()
    elif what == "guarded":
        run_guarded()
    elif what == "bytes":
        print(count_bytes(500, 600) // 499, count_bytes(61, 60))
    elif what == "samples":
        sample(make_sampler(count + 1), count)
    elif what == "pages":
        write_pages(count)
    else:
        read_many(count)


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
