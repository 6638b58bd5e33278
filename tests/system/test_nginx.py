"""What nginx itself does, asked from outside: the real one, with the project's configuration."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from tests.stack import Cluster, eventually, free_port
from tests.system.conftest import received, sign_in

ALICE = "+79990000401"
BOB = "+79990000402"
SECURITY = ["x-content-type-options", "x-frame-options", "referrer-policy"]


@pytest.fixture(scope="module")
def alone(cluster: Cluster) -> Iterator[str]:
    """An nginx with low limits, whose servers are all stopped."""
    dead = f"127.0.0.1:{free_port()}"
    strict = {"NGINX_FLOOD_GUARD": "true", "NGINX_SMS_INBOX": "false"}
    yield cluster.start_nginx("nginx-alone", free_port(), NGINX_UPSTREAM=dead, **strict)
    cluster.stop("nginx-alone")


@pytest.fixture(scope="module")
def for_both(cluster: Cluster) -> Iterator[str]:
    """One socket for IPv6 and IPv4, as docs/deployment.md has it: a client is ::ffff:a.b.c.d."""
    dead, port = f"127.0.0.1:{free_port()}", free_port()
    listen = {"NGINX_LISTEN": f"[::]:{port} ipv6only=off", "NGINX_FLOOD_GUARD": "true"}
    yield cluster.start_nginx("nginx-for-both", port, NGINX_UPSTREAM=dead, **listen)
    cluster.stop("nginx-for-both")


@pytest.fixture(scope="module")
def encrypted(cluster: Cluster) -> Iterator[str]:
    """An nginx that ends TLS; its certificates were made a moment ago."""
    folder = cluster.folder / "certificates"
    folder.mkdir()
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "privkey.pem"))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(folder / "fullchain.pem"), append=True)
    port, plain = free_port(), f"127.0.0.1:{free_port()}"
    tls = {"NGINX_SCHEME": "https", "NGINX_LISTEN": plain, "NGINX_CERTIFICATES": str(folder)}
    yield cluster.start_nginx("nginx-tls", port, **tls)
    cluster.stop("nginx-tls")


def refusal(response: httpx.Response) -> tuple[int, str | None, str]:
    """Status, code and type of an answer that has the contract's shape."""
    body = response.json()
    assert body.keys() == {"detail", "code"}
    assert isinstance(body["detail"], str)
    return response.status_code, body["code"], response.headers["content-type"].split(";")[0]


def test_a_body_over_the_limit_is_refused_in_json(cluster: Cluster) -> None:
    url = f"{cluster.url}/api/v1/users/me/"
    headers = {"Content-Type": "application/json"}
    for size in (7 * 2**20 + 2**19, 9 * 2**20):  # the application's limit, and nginx's
        response = httpx.patch(url, content=b"x" * size, headers=headers, timeout=30)
        assert refusal(response) == (413, "payload_too_large", "application/json")


def test_an_endless_address_is_refused_in_json(cluster: Cluster) -> None:
    response = httpx.get(f"{cluster.url}/api/{'a' * 20_000}")
    assert refusal(response) == (414, "uri_too_long", "application/json")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_servers_the_api_says_when_to_come_again(alone: str, method: str) -> None:
    response = httpx.request(method, f"{alone}/api/v1/users/me/")
    assert refusal(response) == (502, "unavailable", "application/json")
    assert response.headers["retry-after"].isdigit()
    russian = httpx.get(f"{alone}/api/v1/users/me/", headers={"Accept-Language": "ru"})
    assert re.search("[а-я]", russian.json()["detail"])


def test_without_servers_a_person_is_shown_a_page(alone: str) -> None:
    response = httpx.get(f"{alone}/")
    assert (response.status_code, response.headers["content-type"].split(";")[0]) == (
        502,
        "text/html",
    )
    assert response.headers["retry-after"].isdigit()
    assert "<h1>The service is unavailable" in response.text


@pytest.mark.parametrize("listening", ["alone", "for_both"])
def test_one_address_that_floods_sign_in_is_slowed_down(
    request: pytest.FixtureRequest, listening: str
) -> None:
    alone: str = request.getfixturevalue(listening)

    def asking(address: str) -> httpx.Client:
        return httpx.Client(transport=httpx.HTTPTransport(local_address=address))

    with asking("127.0.2.1") as flood, asking("127.0.2.2") as neighbour:
        token = f"{alone}/api/v1/auth/token/"
        answers = (flood.post(token) for _ in range(2000))
        refused = next(answer for answer in answers if answer.status_code != 502)
        assert refusal(refused) == (429, "throttled", "application/json")
        assert int(refused.headers["retry-after"]) > 0
        assert neighbour.post(token).status_code == 502
        assert flood.get(f"{alone}/api/v1/users/me/").status_code == 502  # elsewhere, no limit


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "//metrics", "/%6detrics", "/./metrics"])
def test_metrics_are_not_served_outside(cluster: Cluster, path: str) -> None:
    with httpx.Client() as client:
        request = httpx.Request("GET", cluster.url)
        request.url = request.url.copy_with(raw_path=path.encode())
        response = client.send(request)
    assert response.status_code == 404
    assert "# HELP" not in response.text


def test_the_phones_are_shown_only_where_they_should_be(cluster: Cluster, alone: str) -> None:
    assert httpx.get(f"{cluster.url}/dev/sms/").status_code == 200
    for path in ("/dev/sms/", "/dev/", "//dev/sms/", "/%64ev/sms/"):
        assert httpx.get(f"{alone}{path}").status_code == 404  # and not 502: no server was asked


def test_a_client_cannot_invent_its_address(cluster: Cluster) -> None:
    names = "X-Forwarded-For X-Real-IP Forwarded X-Client-IP Remote-Addr".split()
    forged = dict.fromkeys(names, "203.0.113.7")
    transport = httpx.HTTPTransport(local_address="127.0.2.3")
    with httpx.Client(transport=transport, base_url=f"{cluster.url}/api/v1/auth/") as client:
        client.post("code/", json={"phone_number": ALICE}, headers=forged)
        body = {"phone_number": ALICE, "confirmation_code": received(cluster, ALICE)}
        tokens = client.post("token/", json=body, headers=forged).json()
        bearer = {"Authorization": f"Bearer {tokens['access']}"}
        [listed] = client.get("sessions/", headers=bearer | forged).json()
    assert listed["ip_address"] == "127.0.2.3"
    told = "SELECT DISTINCT host(ip_address) FROM users_auditevent WHERE masked_number LIKE %s"
    assert set(cluster.query(told, "%0401")) <= {("127.0.2.3",), (None,)}  # None: the worker


def test_an_answer_carries_its_request_id_into_every_log(cluster: Cluster) -> None:
    url = f"{cluster.url}/api/v1/auth/code/"
    answer = httpx.post(url, json={"phone_number": BOB}, headers={"X-Request-ID": "invented"})
    [request_id] = answer.headers.get_list("x-request-id")
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    received(cluster, BOB)
    eventually(lambda: request_id in access_log(cluster))
    eventually(lambda: request_id in cluster.log("web-1") + cluster.log("web-2"))
    eventually(lambda: request_id in cluster.log("worker"))
    assert "invented" not in cluster.log("web-1") + cluster.log("web-2") + access_log(cluster)


def access_log(cluster: Cluster, name: str = "nginx") -> str:
    return (cluster.folder / f"{name}-access.log").read_text()


def test_the_access_log_is_json_without_personal_data(cluster: Cluster) -> None:
    known = len(access_log(cluster).splitlines())
    number = "79990000403"
    httpx.get(f"{cluster.url}/dev/sms/", params={"phone_number": f"+{number}"})
    httpx.get(f"{cluster.url}/{number}/", headers={"User-Agent": number, "Referer": number})
    eventually(lambda: len(access_log(cluster).splitlines()) >= known + 2)
    lines = [json.loads(line) for line in access_log(cluster).splitlines()]
    assert {"/dev/sms/", "(withheld)"} <= {line["path"] for line in lines[known:]}
    assert {"time", "request_id", "method", "path", "status"} <= lines[-1].keys()
    assert number not in access_log(cluster)
    assert "phone_number" not in access_log(cluster)
    assert "127.0.2." not in json.dumps([line["network"] for line in lines]).replace("2.0/24", "")


def test_an_ipv4_client_of_an_ipv6_socket_is_logged_by_its_network(
    cluster: Cluster, for_both: str
) -> None:
    transport = httpx.HTTPTransport(local_address="127.0.3.1")
    with httpx.Client(transport=transport) as client:
        client.get(f"{for_both}/")
    eventually(lambda: '"network":"127.0.3.0/24"' in access_log(cluster, "nginx-for-both"))


def test_text_is_compressed(cluster: Cluster) -> None:
    for path in ("/swagger.json", "/static/css/site.css"):
        response = httpx.get(cluster.url + path, headers={"Accept-Encoding": "gzip"})
        assert response.headers["content-encoding"] == "gzip"
        assert "accept-encoding" in response.headers["vary"].lower()


def test_files_are_cached_as_long_as_they_stay_the_same(cluster: Cluster) -> None:
    manifest = json.loads((cluster.folder / "static" / "staticfiles.json").read_text())["paths"]
    (cluster.folder / "media").mkdir(exist_ok=True)
    (cluster.folder / "media" / "picture.png").write_bytes(b"a picture")

    def kept(path: str) -> str:
        response = httpx.get(cluster.url + path)
        assert response.status_code == 200
        assert response.headers["x-content-type-options"] == "nosniff"
        return response.headers["cache-control"]

    assert kept(f"/static/{manifest['css/site.css']}") == "public, max-age=31536000, immutable"
    assert kept("/static/css/site.css") == "public, max-age=3600"
    assert kept("/media/picture.png") == "public, max-age=604800, immutable"
    assert httpx.get(f"{cluster.url}/media/").status_code in (403, 404)  # no listing
    assert httpx.get(f"{cluster.url}/static/../nginx.conf").status_code == 404


def test_security_headers_are_said_once(cluster: Cluster, alone: str) -> None:
    for url in (
        f"{cluster.url}/",
        f"{cluster.url}/api/v1/users/me/",
        f"{cluster.url}/redoc/",
        f"{cluster.url}/nowhere/",
        f"{alone}/",
        f"{alone}/api/v1/users/me/",
    ):
        headers = httpx.get(url).headers
        once = [*SECURITY, "content-security-policy", "x-request-id"]
        assert {name: len(headers.get_list(name)) for name in once} == dict.fromkeys(once, 1), url
        assert headers["server"] == "nginx"  # and no version


def curl(url: str, ca: Path, *options: str) -> str:
    silent = ["curl", "--silent", "--show-error", "--cacert", str(ca), "--output", "/dev/null"]
    told = ["--write-out", "%{http_version} %{http_code} %{redirect_url}"]
    run = subprocess.run(
        [*silent, *told, *options, url], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_tls_speaks_http_2(cluster: Cluster, encrypted: str) -> None:
    ca = cluster.folder / "certificates" / "ca.pem"
    assert curl(f"{encrypted}/readyz/", ca, "--http2") == "2 200"
    assert curl(f"{encrypted}/readyz/", ca, "--http1.1", "--tlsv1.2") == "1.1 200"
    with pytest.raises(subprocess.CalledProcessError):
        curl(f"{encrypted}/readyz/", ca, "--tls-max", "1.1")


def test_both_servers_are_asked(cluster: Cluster) -> None:
    tokens = sign_in(cluster, "+79990000404")
    bearer = {"Authorization": f"Bearer {tokens['access']}"}
    for _ in range(4):
        assert httpx.get(f"{cluster.url}/api/v1/users/me/", headers=bearer).status_code == 200
    asked = {json.loads(line)["upstream"] for line in access_log(cluster).splitlines()}
    assert {f"127.0.0.1:{port}" for port in cluster.ports.values()} <= asked
