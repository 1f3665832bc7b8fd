"""Calibration: what makes the values of cheap sensors comparable with those of official stations.

    correcting.py   beside each raw value of a batch the corrected one, by the periods that hold
    periods.py      calibrations that are applied -> for each node what holds from when to when
    line.py         what a calibration is: gain and offset, with humidity and temperature
    fitting.py      such a line from hours beside a station, with its gain on time held out
    ratios.py       for every hour a field of station-to-sensors ratios, as RIVM's Samen Meten has
    passings.py     a line for each bike from where it passes stations
    given.py        lines that people enter, from a file

Arrays in, arrays out; no database, no clock. Raw values stay as they are. A method that does not
make hours better on which it was not made is kept, but not applied.
"""
