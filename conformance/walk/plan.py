"""From a seed to a walk: the scenario of a random conversation, word for word reproducible.

The clock of a walk stands still but for its leaps, so that the same seed gives the same packets
and, from the same server, the same answers.
"""

from random import Random

from conformance.walk.characters import CHARACTERS, Character

# How often each message is sent, in parts of the whole; `clock` and the rest are no messages.
WEIGHTS = {
    "discover": 26,
    "request": 22,
    "reboot": 8,
    "renew": 9,
    "rebind": 6,
    "release": 7,
    "decline": 3,
    "inform": 4,
    "bootp": 4,
    "leasequery": 3,
    "message": 1,
    "clock": 9,
}
RESTART_PER_STEP = 0.005
REWRITE_AFTER_S = 3600
LISTS = ("1,3,6", "1,3,15,51,54,58,59", "3,1", "15,12,240,241,242,224,230,43", "1,81,2,42,17,66")
SERVERS = ("10.0.0.1", "10.0.0.77", "10.9.0.1")


def walk_text(seed: int, steps: int, clients: int) -> str:
    """The scenario of walk number `seed`: its character is the seed modulo ten."""
    character = CHARACTERS[seed % len(CHARACTERS)]
    lines = plan_steps(character, Random(seed), steps, clients)
    return scenario_text(seed, character, lines)


def scenario_text(seed: int, character: Character, lines: list[str]) -> str:
    """These steps of a walk as a scenario file."""
    config = "".join(f"  {line}\n" for line in character.config.splitlines())
    body = "".join(f"  {line}\n" for line in lines)
    return f"# Walk {seed} over {character.name}.\nconfig\n{config}clock frozen\nsteps\n{body}"


def plan_steps(character: Character, random: Random, steps: int, clients: int) -> list[str]:
    """The steps of one walk."""
    introduce = _honest_identity if character.is_honest else _identity
    identities = [introduce(number, random) for number in range(1, clients + 1)]
    weights = WEIGHTS | dict(character.weights)
    verbs, chances = list(weights), list(weights.values())
    lines: list[str] = []
    passed = 0
    for _ in range(steps):
        if random.random() < RESTART_PER_STEP:
            lines.append(random.choice(("restart", "crash")))
            passed = 0
            continue
        if character.pinged and random.random() < 0.04:
            lines.append(_ping(character, random))
            continue
        verb = random.choices(verbs, chances)[0]
        if verb == "clock":
            seconds = random.choice(character.jumps)
            passed += seconds
            if passed > REWRITE_AFTER_S:
                # With a rewrite due, the first of several expiries brings it about in dhcpd, and
                # the others follow in the new file; here all of them are in it.
                lines.append("restart")
                passed = seconds
            lines.append(f"clock +{seconds}")
            continue
        number = random.randrange(clients)
        identity = identities[number]
        if identity and not character.is_honest and random.random() < 0.04:
            identity = ""  # another system is started on the same machine
        words = [f"client {number + 1} {verb}", identity, *_words(character, random, verb)]
        lines.append(" ".join(word for word in words if word))
        if character.pinged and verb == "discover":
            # Two pings that end together would end in an order that nobody could tell.
            lines.append("clock +1")
            passed += 1
    return lines


def _identity(number: int, random: Random) -> str:
    """What a client always says of itself: a quarter shares hardware, a third has a client-id."""
    words: list[str] = []
    if number > 4 and random.random() < 0.25:
        words.append(f"chaddr=02:00:00:00:01:{random.randrange(1, number):02x}")
    if random.random() < 0.35:
        # Two machines may claim to be the same.
        words.append(f"clientid=id-{random.choice((number, number, number, random.randrange(9)))}")
    return " ".join(words)


def _honest_identity(number: int, random: Random) -> str:
    """The same for clients that nobody can be taken for."""
    return f"clientid=id-{number}" if random.random() < 0.35 else ""


def _ping(character: Character, random: Random) -> str:
    how = random.choice(("answer", "ignore"))
    return f"{how} ping " + " ".join(random.sample(character.pinged, 3))


def _words(character: Character, random: Random, verb: str) -> list[str]:
    """Everything else in the message."""
    words: list[str] = []
    way = random.choice(character.ways)
    if verb == "leasequery":
        return _query(character, random, way)
    words.append(way)
    address = random.choice(character.addresses)
    match verb:
        case "discover" if random.random() < 0.25:
            words.append(f"address={address}")
        case "discover" if random.random() < 0.05:
            words.append(f"ciaddr={address}")
        case "request" if random.random() < 0.2:
            words.append(f"address={address}")
        case "request" | "decline" if random.random() < 0.15:
            words.append(f"server={random.choice(SERVERS)}")
        case "reboot" if random.random() < 0.5:
            words.append(f"address={address}")
        case "renew" | "rebind" | "release" | "inform" if random.random() < 0.3:
            words.append(f"ciaddr={address}")
        case "renew" | "rebind" | "release" if random.random() < 0.1:
            words.append("address=last")
        case "decline" if random.random() < 0.3:
            words.append(f"address={address}")
        case "message":
            words.append(f"type={random.choice((2, 5, 6, 9, 11, 13, 14, 17, 255))}")
    if random.random() < 0.7:
        words.append(f"prl={random.choice(LISTS)}")
    if random.random() < 0.5:
        words += random.sample(character.extras, random.choice((1, 1, 2)))
    return _without_repeats(words)


def _query(character: Character, random: Random, way: str) -> list[str]:
    match random.randrange(3):
        case 0:
            asked = f"ciaddr={random.choice(character.addresses)}"
        case 1:
            asked = f"clientid=id-{random.randrange(20)}"
        case _:
            asked = f"htype=1 hlen=6 chaddr=02:00:00:00:01:{random.randrange(1, 20):02x}"
    return _without_repeats([way, asked])


def _without_repeats(words: list[str]) -> list[str]:
    """Each word once; of two with the same name the first."""
    found: dict[str, str] = {}
    for word in " ".join(words).split():
        found.setdefault(word.partition("=")[0], word)
    return list(found.values())
