import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConfigInvalid, NoConfigs, NoSuchSite
from pipeline.sites.hosts import host_pattern, patterns_for
from pipeline.sites.register import Register, config_files, generic_site, read_all


def test_a_folder_of_declarations_is_a_register_by_name(declare, register):
    for name in ("harbour", "pier", "quay"):
        declare(name)
    assert list(register().sites) == ["harbour", "pier", "quay"]
    assert all(site.name == name for name, site in register().sites.items())


def test_a_folder_without_declarations_says_so_unless_it_may_be_empty(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoConfigs, match=str(folder)):
            Register.read(folder)
        assert Register.read(folder, may_be_empty=True).sites == {}


def test_what_lies_beside_the_declarations_is_none(declare, tmp_path):
    declare("harbour")
    for name in ("site.schema.json", "README.md", "harbour.yaml~", ".harbour.yaml.swp"):
        (tmp_path / name).write_text("{")
    (tmp_path / ".#harbour.yaml").symlink_to("nobody@nowhere.1:2")
    assert [path.name for path in config_files(tmp_path)] == ["harbour.yaml"]


def test_a_yml_is_refused_and_not_passed_over(declare, register, tmp_path):
    declare("harbour")
    (tmp_path / "pier.yml").write_text("site: pier\nname: The pier\n")
    with pytest.raises(ConfigInvalid, match=r"pier\.yml: .* ends in \.yaml"):
        register()


def test_the_problems_of_all_files_are_told_at_once(declare, register, tmp_path):
    declare("harbour")
    declare("pier", nmae="x", languge="en")
    (tmp_path / "quay.yaml").write_text("site: [")
    with pytest.raises(ConfigInvalid) as refused:
        register()
    files = [problem.file.rpartition("/")[2] for problem in refused.value.problems]
    assert files == ["pier.yaml", "pier.yaml", "quay.yaml"]


def test_one_broken_declaration_leaves_the_others_readable(declare, tmp_path):
    declare("harbour")
    declare("pier", zzz=1)
    sites, problems = read_all(config_files(tmp_path))
    assert [site.name for site in sites] == ["harbour"]
    assert [problem.key for problem in problems] == ["zzz"]


def test_a_site_is_called_as_its_file(declare, register, tmp_path):
    declare("harbour").rename(tmp_path / "pier.yaml")
    with pytest.raises(ConfigInvalid) as refused:
        register()
    (problem,) = refused.value.problems
    assert (problem.key, problem.value) == ("site", "'harbour'")
    assert problem.allowed == "the file's own name, pier"


@pytest.mark.parametrize("make", ["folder", "dangling"])
def test_a_declaration_that_cannot_be_read_is_a_problem(tmp_path, register, make):
    path = tmp_path / "harbour.yaml"
    if make == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigInvalid, match="a readable file"):
        register()


def test_a_name_that_nobody_has_comes_with_the_nearest(declare, register):
    for name in ("harbour", "pier"):
        declare(name)
    with pytest.raises(NoSuchSite, match="did you mean harbour") as refused:
        register().named("harbor")
    assert refused.value.known == ("harbour", "pier")
    assert register().named("pier").name == "pier"


def test_a_site_that_is_declared_no_more_falls_to_the_generic_rules(declare, register):
    declare("harbour")
    read = register()
    assert read.of("harbour").name == "harbour"
    assert read.of("gone") is read.of(None) is read.generic


def test_the_generic_site_has_no_name_and_owns_nothing():
    site = generic_site()
    assert site.name is None
    assert not site.claims("https://generic/")
    assert site.declared.discover == ()


# --- who owns a URL ---------------------------------------------------------------------------

OWNERS = {
    "https://harbour.example/a": "exact",
    "http://HARBOUR.example:80/": "exact",
    "https://harbour.example./a": "exact",
    "https://user:word@harbour.example/": "exact",
    "https://harbour.example:8443/": "port",
    "https://www.harbour.example/": "below",
    "https://a.b.harbour.example/": "below",
    "https://deep.pier.harbour.example/": "deeper",
    "https://pier.harbour.example/": "below",
    "https://pier.example:8080/": "elsewhere",
    "https://pier.example/": None,
    "https://notharbour.example/": None,
    "https://harbour.example.evil.example/": None,
    "https://evil.example/harbour.example": None,
    "https://evil.example/?u=https://harbour.example/": None,
    "https://harbour.example@evil.example/": None,
    "http://[::1]:8080/": "loopback",
    "http://[::1]/": None,
    "https://항구.example/": "hangul",
    "https://xn--2e0bp27e.example/": "hangul",
    "ftp://harbour.example/": None,
    "harbour.example": None,
    "": None,
}


@pytest.fixture
def owners(declare, register):
    declare("exact", match=["harbour.example"])
    declare("port", match=["harbour.example:8443"])
    declare("below", match=["*.harbour.example"])
    declare("deeper", match=["*.pier.harbour.example"])
    declare("elsewhere", match=["pier.example:8080"])
    declare("loopback", match=["[::1]:8080"])
    declare("hangul", match=["항구.Example"])
    return register()


@pytest.mark.parametrize(("url", "name"), OWNERS.items())
def test_the_surest_pattern_owns_a_url(owners, url, name):
    assert owners.owner(url).name == name
    assert {site.name for site in owners.sites.values() if site.claims(url)} >= {name} - {None}


def test_a_document_has_the_name_that_its_owner_gives_it(declare, register):
    declare("harbour", match=["harbour.example"], targets={"canonical": {"drop_query": ["t"]}})
    read = register()
    assert read.document("http://harbour.example/a?t=1#top") == "http://harbour.example/a"
    assert read.document("http://pier.example/a?t=1#top") == "http://pier.example/a?t=1"
    for no_url in ("", "harbour", "ftp://harbour.example/", "http://[::1", "a b"):
        assert read.document(no_url) == no_url


def test_of_two_sites_that_name_one_host_the_first_by_name_owns_it(declare, register):
    for name in ("pier", "harbour"):
        declare(name, match=["harbour.example"])
    assert register().owner("https://harbour.example/").name == "harbour"


labels = st.text("abcxyz019-", min_size=1, max_size=5).filter(
    lambda text: text[0] not in "-019" and text[-1] != "-"
)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)


@given(hosts)
def test_a_host_fits_itself_and_every_pattern_above_it(host):
    above = host.split(".")[1:]
    wanted = [host, *(f"*.{'.'.join(above[n:])}" for n in range(len(above)))]
    assert [one for one in patterns_for(f"https://{host}/") if ":" not in one] == wanted


@given(hosts, st.integers(1, 65535))
def test_a_pattern_that_fits_is_one_that_could_be_declared(host, port):
    for pattern in patterns_for(f"http://{host}:{port}/"):
        assert host_pattern(pattern) == pattern


@pytest.mark.parametrize(
    "text",
    [
        "",
        "*",
        "*.",
        "*.*.x",
        "a b",
        "a..b",
        ".a",
        "a.",
        "http://a",
        "a/b",
        "a:b",
        "a*",
        "[::1",
        "a@b",
    ],
)
def test_what_is_no_host_is_refused_with_examples(text):
    with pytest.raises(ValueError, match="as in example"):
        host_pattern(text)
