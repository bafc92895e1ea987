"""Links between flags, and between segments: cycles, chains that are too long, names that lead nowhere."""

MAX_CHAIN = 64


def pointer(path):
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def link(names, links, refused, unknown_code, check=None):
    """Refuses what is on a cycle, too deep, or names what is unknown or refused. `links[name]` is [(target, path)]."""
    problems = {name: [] for name in names}

    def reaches(start, goal):
        seen, todo = set(), [start]
        while todo:
            one = todo.pop()
            if one == goal:
                return True
            if one in names and one not in seen:
                seen.add(one)
                todo += [target for target, _ in links[one]]
        return False

    for name in names:
        for target, path in links[name]:
            if reaches(target, name):
                problems[name].append(("CYCLE", pointer(path)))
                break
    on_cycle = {name for name in names if problems[name]}
    length = {}

    def settle(name):
        """The length of the longest chain that ends here; None when refused."""
        if name in refused or name in on_cycle:
            return None
        if name not in length:
            longest = 0
            for target, path in links[name]:
                if target not in names and target not in refused:
                    problems[name].append((unknown_code, pointer(path)))
                elif settle(target) is None:
                    problems[name].append(("REFUSED_DEPENDENCY", pointer(path)))
                else:
                    longest = max(longest, length[target])
            problems[name] += check(name) if check else []
            if not problems[name] and longest + 1 > MAX_CHAIN:
                problems[name].append(("TOO_DEEP", pointer(path[:2])))
            length[name] = None if problems[name] else longest + 1
        return length[name]

    for name in names:
        settle(name)
    return {name: found for name, found in problems.items() if found}
