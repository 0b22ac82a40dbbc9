"""REAPER, dawproject and Ardour files, read by libraries that are not ours."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import rpp
from lxml import etree

from bridge.desk import ardour, reaper
from bridge.desk.dawproject import dawproject
from bridge.desk.table import Table


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(dawproject()))


def test_rpp_reads_the_project_and_its_tracks() -> None:
    project = rpp.loads(reaper.project())
    names = [track.find("NAME")[1] for track in project.findall("TRACK")]
    assert names == ["You", "Antiphon"]
    assert project.find("TEMPO")[1:] == ["120", "4", "4"]


def test_rpp_loses_nothing_of_the_project() -> None:
    project = rpp.loads(reaper.project())
    assert rpp.loads(rpp.dumps(project)) == project


def test_reaper_reads_only_patterns_it_knows() -> None:
    lines = reaper.patterns(Table()).splitlines()
    read = [line for line in lines if line and not line.startswith("#")]
    assert read == ["PLAY t/jam/start", "TEMPO f/jam/clock/bpm"]


@pytest.mark.parametrize(("file", "schema"), [("metadata", "MetaData"), ("project", "Project")])
def test_the_dawproject_is_valid_by_its_schema(
    file: str, schema: str, archive: zipfile.ZipFile, sample: Callable[[str], Path]
) -> None:
    referee = etree.XMLSchema(etree.parse(sample(f"dawproject_{schema}.xsd")))
    assert referee.validate(etree.fromstring(archive.read(f"{file}.xml"))), referee.error_log


def test_the_dawproject_has_two_tracks_eight_scenes_and_a_tempo(archive: zipfile.ZipFile) -> None:
    project = etree.fromstring(archive.read("project.xml"))
    tracks = project.findall("Structure/Track[@contentType='notes']")
    assert [track.get("name") for track in tracks] == ["You", "Antiphon"]
    assert len(project.findall("Scenes/Scene")) == 8
    assert [tempo.get("value") for tempo in project.findall("Transport/Tempo")] == ["120"]


def test_what_the_dawproject_refers_to_is_there(archive: zipfile.ZipFile) -> None:
    project = etree.fromstring(archive.read("project.xml"))
    ids = [node.get("id") for node in project.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    meant = {node.get(name) for node in project.iter() for name in ("track", "destination")}
    assert meant - {None} <= set(ids)


def test_ardours_tracks_are_cabled_to_our_ports() -> None:
    session = etree.fromstring(ardour.template())
    cables = {
        port.get("name"): [c.get("other") for c in port.iterfind("Connection")]
        for port in session.iter("Port")
    }
    assert cables["You/midi_out 1"] == ["Antiphon:from DAW"]
    assert cables["Antiphon/midi_in 1"] == ["Antiphon out:to DAW"]
    assert cables["MIDI Clock out"] == ["Antiphon:from DAW"]
