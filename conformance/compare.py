"""Are several JSON reports the same, case by case? What one of them skips is not compared.

    python3 conformance/compare.py ONE.json OTHER.json ...
"""
import json
import sys


def verdicts(path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    return {case["id"]: case["verdict"] for case in report["cases"] if case["verdict"] != "skip"}


def main(paths):
    reports = {path: verdicts(path) for path in paths}
    cases = {case for report in reports.values() for case in report}
    differing = 0
    for case in sorted(cases):
        of_case = {path: report[case] for path, report in reports.items() if case in report}
        if len(set(of_case.values())) > 1:
            differing += 1
            print(case, *(f"{path}: {verdict}" for path, verdict in of_case.items()), sep="\n  ")
    in_all = sum(all(case in report for report in reports.values()) for case in cases)
    print(f"{len(paths)} reports: {in_all} cases in all of them, {len(cases) - in_all} not, {differing} differ")
    return 1 if differing or not in_all else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("two reports or more: compare.py ONE.json OTHER.json ...")
    sys.exit(main(sys.argv[1:]))
