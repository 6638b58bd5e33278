import pytest, io
from django.test import RequestFactory
from rest_framework.test import APIClient
from tests.conftest import *
pytestmark = pytest.mark.django_db
B=b'--b\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nAnna\r\n--b--\r\n'
def part(disp, data=b'x', extra=b''): return b'--b\r\nContent-Disposition: form-data; '+disp+b'\r\n'+extra+b'\r\n'+data+b'\r\n--b--\r\n'
CASES=[]
for ct in ["multipart/form-data","multipart/form-data; boundary=","multipart/form-data; boundary="+"b"*300,"multipart/form-data; boundary=b; charset=zlib","multipart/form-data; boundary=b; charset=no-such","multipart/form-data; boundary*=no-such''b","multipart/form-data; boundary*=zlib''b","multipart/form-data; boundary*=undefined''%FF","multipart/form-data; boundary=b; x*=no-such''y","multipart/form-data; boundary=b; x*=undefined''%FF","multipart/form-data; boundary=é","multipart/form-data; boundary=\"b","multipart/form-data; boundary*0=b; boundary*1=c","MULTIPART/FORM-DATA; BOUNDARY=b","multipart/form-data ; boundary=b", "multipart/form-data;boundary=b;boundary=c","multipart/form-data; boundary*2=b","multipart/form-data; boundary=b; x*=a'b", "multipart/form-data; boundary=b; x*0*=a; x*1*=%ZZ"]:
    CASES.append((ct,B))
M="multipart/form-data; boundary=b"
for b in [b"",b"x",b"--b",b"--b--",b"--b\r\n\r\n",B[:50],part(b'name="avatar"; filename="'+b"a."+b"x"*300+b'"',b'x'*3_000_000),part(b'name="avatar"; filename="'+b"a"*3000+b'"',b'x'*3_000_000),part(b'name="avatar"; filename="a\x00b.png"'),part(b"name=\"avatar\"; filename*=no-such''x"),part(b"name=\"avatar\"; filename*=zlib''x"),part(b"name=\"avatar\"; filename*=undefined''%FF"),part(b'name="first_name"',b'\xff\xfe'),part(b'name="first_name"',b'a\x00b'),part(b'name="first_name"',b'@@@',b'Content-Transfer-Encoding: base64\r\n'),part(b'name="avatar"; filename="x"',b'@@@',b'Content-Transfer-Encoding: base64\r\n'),part(b'name="avatar"; filename="x"',b'@@@',b'Content-Length: '+b"9"*5000+b'\r\n'),part(b'name="avatar"; filename="x"',b'@@@',b'Content-Type: image/png; charset*=no-such\'\'x\r\n'),part(b'name="avatar"; filename="x"',b'@@@',b'Content-Type: image/png; charset=zlib\r\n'),part(b'name="avatar"; filename=""',b''),part(b'name="avatar"; filename="a.png"',b''),part(b'name="avatar"',b''),part(b'name="first_name"; filename="a.png"',b'x'),b''.join(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\nA\r\n' for _ in range(1100))+b'--b--',b''.join(b'--b\r\nContent-Disposition: form-data; name="x"; filename="y"\r\n\r\nA\r\n' for _ in range(200))+b'--b--',part(b'name="first_name"',b'x'*1_100_000),part(b'name="x"',b'x'*7_400_000), B.replace(b'\r\n',b'\n'), b'--b\r\n'+b'X: '+b'y'*200000+b'\r\n\r\n--b--', part(b'name="avatar"; filename="/"',b'x'*3_000_000),part(b'name="avatar"; filename="a.\xf0\x9f\x98\x80\xed\xa0\x80"',b'x'*3_000_000)]:
    CASES.append((M,b))
def test_all(as_alice, tmp_path, settings):
    settings.MEDIA_ROOT=tmp_path
    as_alice.raise_request_exception=False
    for ct,b in CASES:
        r=as_alice.generic("PATCH","/api/v1/users/me/",b,ct)
        print(r.status_code, ct[:60], b[:90] if ct==M else "", r.content[:150] if r.status_code!=200 else (r.json()["first_name"],r.json()["avatar"]))
    for cl in ["-1","abc","","99999999999999999999","９"]:
        r=as_alice.generic("PATCH","/api/v1/users/me/",B,M,CONTENT_LENGTH=cl)
        print(cl, r.status_code, r.content[:100] if r.status_code!=200 else r.json()["first_name"])
