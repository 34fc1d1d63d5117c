"""The groups, programmes and guests of the invented library."""

from __future__ import annotations

from datetime import date, timedelta

from crm.database import reading
from crm.i18n import translator
from crm.programmes import arrivals, contacts, group_store, people, service, sign_ups
from crm.programmes import groups as groupings
from crm.programmes import store as programme_store
from crm.programmes.groups import GroupDraft
from crm.programmes.institutions import CLASS, COMMUNITY, FACULTY, OFFICE, SCHOOL, kind_of
from crm.programmes.people import Entry, Visitor
from crm.programmes.rules import Draft, to_utc
from crm.programmes.slips import Changes, enter_slips
from sapa.demo import crm_texts as texts
from sapa.demo.contacts import Directory
from sapa.demo.crm_scene import SUNDAY, Scene
from sapa.demo.people import FEMALE, Names

WANTED = (SCHOOL, FACULTY, OFFICE, FACULTY)  # of the proposals, the commonest of each kind
MOST_LOOKED_AT = 400
IN_A_CLASS, IN_THE_COMMUNITY, ASKED, SIGNED_UP = 8, 14, 4, 4  # the last two: guests
CAME = 0.8
COUNTRY = "ID"
HEADS = (("f", "adult"), ("m", "adult"), ("f", "child"), ("m", "child"), ("f", "young"), ("-", "unknown"))


def groups(scene: Scene) -> None:
    """Accept four proposals, give the school two classes and both a community of its own; name who speaks for them."""
    school, campuses = 0, []
    for folded, kind in _proposed(scene):
        group_id = groupings.accept(scene.engine, folded, scene.ago(180), scene.by)
        if kind == SCHOOL:
            school = group_id
        else:
            campuses.append(group_id)
    if school:
        _classes(scene, school)
    for group_id in campuses:
        _make_contact(scene, group_id)
    draft = GroupDraft(texts.COMMUNITY, COMMUNITY, notes=texts.COMMUNITY_NOTES)
    community = groupings.make(scene.engine, draft, scene.ago(150), scene.by)
    readers = [reader.id for reader in scene.some(IN_THE_COMMUNITY)]
    groupings.add_members(scene.engine, community, readers, scene.ago(149), scene.by)
    _make_contact(scene, community)
    last = _members(scene, community)[-1]  # contact persons come first
    groupings.name_representative(scene.engine, community, last, scene.ago(100), scene.by, has_agreed=True)


def _proposed(scene: Scene) -> list[tuple[str, str]]:
    """Return the institutions to accept with their kinds."""
    with reading(scene.engine) as connection:
        found = [(name, kind_of(name)) for name, _ in group_store.unassigned(connection, 1, MOST_LOOKED_AT)]
    chosen: list[tuple[str, str]] = []
    for kind in WANTED:
        chosen += [each for each in found if each[1] == kind and each not in chosen][:1]
    return chosen


def _classes(scene: Scene, school: int) -> None:
    """Make the classes of a school of its pupils; the guardians of the first have signed most slips."""
    _make_contact(scene, school)
    pupils = _members(scene, school)
    for place, name in enumerate(texts.CLASSES):
        draft = GroupDraft(name, CLASS, school)
        class_id = groupings.make(scene.engine, draft, scene.ago(120), scene.by)
        its = pupils[place :: len(texts.CLASSES)][:IN_A_CLASS]
        if not its:
            continue
        groupings.add_members(scene.engine, class_id, its, scene.ago(119), scene.by)
        signed = {(pupil, purpose) for pupil in its for purpose in ("profiling", "news") if scene.chance.happens(0.7)}
        if place == 0:
            enter_slips(
                scene.engine,
                class_id,
                Changes(frozenset(signed), frozenset()),
                translator("id"),
                scene.ago(90),
                scene.by,
            )


def _members(scene: Scene, group_id: int) -> list[int]:
    with reading(scene.engine) as connection:
        return [row.person_id for row in connection.execute(group_store.members(group_id))]


def _make_contact(scene: Scene, group_id: int) -> None:
    """Make a member contact person, somebody grown up where there is one."""
    grown = {reader.id for reader in scene.readers if not reader.is_minor}
    members = _members(scene, group_id)
    for person_id in ([each for each in members if each in grown] or members)[:1]:
        groupings.set_role(scene.engine, group_id, person_id, group_store.CONTACT, scene.ago(110), scene.by)


def programmes(scene: Scene) -> None:
    """Plan the programmes, each with its list, and keep the guests: on lists, at the door, and by asking."""
    guests = Guests(scene)
    for plan in texts.PAST_PROGRAMMES:
        _hold(scene, plan, guests.one())
    _take_guests(scene, _plan(scene, texts.UPCOMING), guests)
    cancelled = _plan(scene, texts.CANCELLED)
    service.call_off(scene.engine, cancelled, scene.ago(2), scene.by)
    for _ in range(ASKED):
        contacts.add_contact(scene.engine, guests.one(), scene.ago(scene.chance.between(1, 60)), scene.by)


def _plan(scene: Scene, plan: texts.Plan) -> int:
    """Plan a programme and sign its readers up; return its id."""
    day = _day(scene, plan)
    draft = Draft(plan.title, day, plan.begins, plan.ends, plan.place, texts.ABOUT, plan.seats)
    programme_id = service.plan(scene.engine, draft, scene.timezone, scene.ago(20 - min(plan.days, 0)), scene.by)
    readers = [reader.id for reader in scene.some(plan.signed_up, plan.bands)]
    codes = iter(lambda: _code(scene), "")
    sign_ups.put_on_list(scene.engine, programme_id, readers, codes, scene.ago(4 - min(plan.days, 0)), scene.by)
    return programme_id


def _take_guests(scene: Scene, programme_id: int, guests: Guests) -> None:
    """Let guests sign up by the public page; they come behind the readers, on the waiting list."""
    with reading(scene.engine) as connection:
        planned = service.find(connection, programme_id)
    if planned is None:
        return
    for _ in range(SIGNED_UP):
        sign_ups.sign_up(scene.engine, planned.slug, guests.one(), _code(scene), scene.ago(1))


def _day(scene: Scene, plan: texts.Plan) -> date:
    day = scene.today + timedelta(days=plan.days)
    return day - timedelta(days=day.weekday() == SUNDAY)


def _hold(scene: Scene, plan: texts.Plan, guest: Visitor) -> None:
    """Plan a programme that is over: most of those on the list came, a guest at the door, and some only counted."""
    programme_id = _plan(scene, plan)
    began = to_utc(_day(scene, plan), plan.begins, scene.timezone)
    with reading(scene.engine) as connection:
        listed = [row.person_id for row in connection.execute(programme_store.people_on(programme_id))]
    for person_id in listed:
        if scene.chance.happens(CAME):
            arrivals.tick(scene.engine, programme_id, person_id, began, scene.by)
    arrivals.walk_in(scene.engine, programme_id, guest, began, scene.by)
    heads = dict.fromkeys(HEADS, 0)
    for _ in range(plan.unnamed):
        heads[scene.chance.pick(HEADS)] += 1
    entered = {head: str(count) for head, count in heads.items()}
    arrivals.count_walk_ins(scene.engine, programme_id, entered, began + timedelta(hours=2), scene.by)


def _code(scene: Scene) -> str:
    return scene.chance.digits(24)


class Guests:
    """Invents people who have no card; every other one was brought by a reader whose card is known."""

    def __init__(self, scene: Scene) -> None:
        self.chance = scene.chance
        self._names, self._directory = Names(scene.chance), Directory(scene.chance)
        with reading(scene.engine) as connection:
            held = people.cards(connection, [reader.id for reader in scene.some(30)])
            cards = [numbers[0] for _, numbers in sorted(held.items())]
            self._cards = [card for card in cards if people.named(connection, card, COUNTRY)]
        self._count = 0

    def one(self) -> Visitor:
        """Return the next guest."""
        self._count += 1
        born = self.chance.between(1958, 2006)
        person = self._names.person(born)
        mail = self._directory.mail(person.name, born, student=False) if self.chance.happens(0.5) else ""
        gender = "f" if person.gender == FEMALE else "m"
        card = self._cards.pop() if self._cards and self._count % 2 else ""
        entry = Entry(person.name, self._directory.mobile(), mail, gender, card)
        return people.visitor(entry, COUNTRY, is_reachable=True)
