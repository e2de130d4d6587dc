"""Each shape in the ways that people write it, and what only looks like it."""

from __future__ import annotations

import pytest

from kidgate.content.personal_data.context import cues_of_name
from kidgate.content.personal_data.folding import fold
from kidgate.content.personal_data.shapes import spans


def kinds(text: str, name: str = "") -> set[str]:
    return {span.kind.value for span in spans(fold(text), cues_of_name(name))}


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "091-234-5678",
        "(091) 234 5678",
        "0912 34 56 78",
        "+84912345678",
        "+84 (0) 912 345 678",
        "(+84) 912 345 678",
        "0084912345678",
        "０９１２３４５６７８",
        "0912\u200b345\u200b678",
        "024 3825 1234",
        "(028) 38251234",
        "02363 123 456",
        "+1 (415) 555-2671",
        "+44 7911 123456",
        "gọi em số 0912345678 nhé",
        "ib mình 0912345678 k?",
        "giá bao nhiêu ạ, 0912345678",
        "sđt:0912345678",
        "0912345678/0987654321",
        "sdt em la 09 12 34 56 78",
        "số của em là 0 9 1 2 3 4 5 6 7 8",
        "phone 415 555 2671",
        "call me 415-555-2671",
        "0912_345_678",
        "0912,345,678",
        "zalo 84912345678",
        "o9l2345678 nha",
        "không chín một hai ba bốn năm sáu bảy tám",
        "zero nine one two three four five six seven eight",
    ],
)
def test_phone_is_found_in_every_spelling(text: str) -> None:
    assert kinds(text) == {"phone"}


@pytest.mark.parametrize("name", ["phone", "sdt", "soDienThoai", "user[phone_number]", "txtsdt"])
def test_phone_without_its_zero_is_found_when_the_field_says_so(name: str) -> None:
    assert kinds("912345678", name) == {"phone"}
    assert kinds("912345678", "amount") == set()


@pytest.mark.parametrize(
    "text",
    [
        "đơn hàng 0912345678",
        "mã vận đơn: 0912345678",
        "ORD-0912345678",
        "#0912345678",
        "x0912345678",
        "0912345678901234567890",
        "0.0912345678",
        "hotline 1900 1234",
        "tổng đài 18001090",
        "kết quả 09 12 34 56 78",
        "1763800000",
        "+500.000.000 đồng",
        "+10000000000",
        "GMT+0700",
        "không có hai ba bốn năm sáu bảy tám chín",
        "oolololool",
        "5000000000 người",
        "2026-11-23T16:00:00.123+07:00",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_phone_is_not_found_when_the_number_is_another(text: str) -> None:
    assert kinds(text) == set()


def test_citizen_id_is_found_alone_when_its_parts_agree() -> None:
    assert kinds("079203012345") == {"citizen_id"}
    assert kinds("079 203 012 345") == {"citizen_id"}
    for wrong in ("005203012345", "079503012345", "079270012345", "179203012345", "07920301234"):
        assert kinds(wrong) == set(), wrong


def test_old_citizen_id_needs_words_beside_it() -> None:
    assert kinds("CMND 024567890") == {"citizen_id"}
    assert kinds("024567890", "cmnd") == {"citizen_id"}
    assert kinds("024567890") == set()


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
        "3782 822463 10005",
        "2223003122003222",
        "3530111333300000",
        "số thẻ 4222222222222",
        "6011 0009 9013 9424",
    ],
)
def test_card_is_found_by_prefix_length_and_check_digit(text: str) -> None:
    assert kinds(text) == {"card"}


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "4222222222222",
        "378282246310005",
        "1111222233334444",
        "0000000000000000",
    ],
)
def test_card_is_not_found_when_anything_disagrees(text: str) -> None:
    assert kinds(text) == set()


def test_card_is_not_found_in_an_identifier() -> None:
    assert kinds("4111111111111111", "order_id") == set()
    assert kinds("4111111111111111", "fbid") == set()
    assert kinds("4111111111111111", "field_2") == {"card"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stk 19031234567890", True),
        ("số tài khoản: 0123 4567 890", True),
        ("Vietcombank 1012345678", True),
        ("1012345678 techcombank Nguyen Van A", True),
        ("ck vào tk 10234567890 nha", True),
        ("GB82 WEST 1234 5698 7654 32", True),
        ("GB82 WEST 1234 5698 7654 33", False),
        ("chuyển vào tài khoản 500000000 đồng", False),
        ("tài khoản có 15000000 vnd", False),
        ("19031234567890", False),
    ],
)
def test_bank_account_is_found_only_beside_words_of_banks(text: str, found: bool) -> None:
    assert kinds(text) == ({"bank_account"} if found else set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mã OTP của em là 483920", True),
        ("mã xác nhận: 48 39 20", True),
        ("123456 là mã xác thực Zalo", True),
        ("123456 is your verification code", True),
        ("G code: your login code 483-920", True),
        ("mã OTP hết hạn sau 1200 giây", False),
        ("OTP gọi 19001234", False),
        ("bài 483920", False),
        ("năm 2016", False),
    ],
)
def test_code_is_found_only_beside_words_of_codes(text: str, found: bool) -> None:
    assert kinds(text) == ({"otp"} if found else set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mai.nguyen@gmail.com", True),
        ("<mai_2016@hs.truong.edu.vn>,", True),
        ("mai (at) gmail (dot) com", True),
        ("mai2016 a còng gmail chấm com", True),
        ("mai@例え.jp", False),
        ("logo@2x.png", False),
        ("react@18.2.0", False),
        ("@mai", False),
        ("noreply@shop.vn", False),
        ("https://key@sentry.io/5", False),
        ("git@github.com:a/b", False),
    ],
)
def test_email_is_found_when_it_is_somebodys(text: str, found: bool) -> None:
    assert kinds(text) == ({"email"} if found else set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("21.0285,105.8542", True),
        ("105.854200, 21.028500", True),
        ("em đang ở 10.7769 106.7009", True),
        ("https://maps.example/@21.0285,105.8542,17z", True),
        ("48.856613, 2.352222", True),
        ("lat: 48.857, lng: 2.352", True),
        ("21°01'42.5\"N 105°51'15.2\"E", True),
        ("21.03, 105.85", False),
        ("12.3456, 45.6789", False),
        ("0.12345, 0.67891", False),
        ("21.02851, 105.85421, 22.12345, 106.12345", False),
        ("M 10.123,20.456 L 30.789,40.123", False),
        ("1.10.15, 2.20.30", False),
        ("95.12345, 195.12345", False),
    ],
)
def test_place_is_found_when_it_is_fine_enough(text: str, found: bool) -> None:
    assert kinds(text) == ({"location"} if found else set())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nhà em ở số 12 ngõ 5 đường Láng, phường Láng Thượng", True),
        ("12 Nguyễn Trãi, P. Bến Thành, Q.1, TP.HCM", True),
        ("so 12 duong lang, phuong lang thuong, quan dong da", True),
        ("em ở phường Cống Vị, quận Ba Đình", True),
        ("địa chỉ: 45/2 lê lợi, gò vấp", True),
        ("I live at 221B Baker Street, London", True),
        ("742 Evergreen Terrace, Springfield, OR 97403", True),
        ("ship về 12 Trần Phú, Hà Đông nha", True),
        ("phường Bến Nghé, quận 1", False),
        ("nhà em 2 hôm nay không có mạng, chán quá", False),
        ("ăn 12 phở bò xã hội", False),
        ("em ở lớp 4 phương trình, quân đội", False),
        ("In 1950 people drive 3 hours on the road", False),
        ("10 years on the Main Street", False),
    ],
)
def test_address_is_found_when_it_is_whole_or_somebodys(text: str, found: bool) -> None:
    assert kinds(text) == ({"address"} if found else set())


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("12 Nguyễn Trãi", True),
        ("Thôn Hạ, xã Tân Hội, huyện Đan Phượng", True),
        ("45/2", False),
        ("Hà Nội", False),
        ("https://a.example/1 2", False),
        ("192.168.1.1", False),
        ("aa:bb:cc:dd:ee:ff", False),
        ("shop.example.vn", False),
    ],
)
def test_field_called_address_is_read_for_what_it_holds(value: str, found: bool) -> None:
    assert ("address" in kinds(value, "address")) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("em sinh ngày 1/5/2016", True),
        ("sinh nhật mình là 1 tháng 5 năm 2016", True),
        ("ngày sinh: 01.05.2016", True),
        ("My birthday is May 1st, 2016", True),
        ("born 1 May 2016", True),
        ("dob 2016-05-01", True),
        ("mẹ mình sinh ngày 1/5/1985", True),
        ("Ngày sinh: 1/5/1985", True),
        ("Lionel Messi sinh ngày 24/6/1987 tại Rosario", False),
        ("sinh nhật 1/5", False),
        ("ngày 1/5/2016 đi học", False),
        ("dự sinh ngày 13/01/2015", False),
        ("bé nhà em sinh ngày 8/12/2015", False),
        ("học sinh nộp bài ngày 1/5/2016", False),
        ("em sinh ngày 45/13/2016", False),
    ],
)
def test_birthday_is_found_when_it_is_the_writers(text: str, found: bool) -> None:
    assert kinds(text) == ({"birthday"} if found else set())


@pytest.mark.parametrize("value", ["2016-05-01", "01052016", "1/5/16", "2016-05-01T00:00:00Z"])
def test_field_called_birthday_takes_every_date(value: str) -> None:
    assert kinds(value, "ngaySinh") == {"birthday"}
    assert "birthday" not in kinds(value, "ngayTao")


def test_long_text_is_found_out_when_its_end_tells() -> None:
    filler = "hôm nay em đi học rất vui, cô giáo kể chuyện con mèo. " * 400
    assert kinds(filler) == set()
    assert kinds(filler + "sđt em là 0912345678") == {"phone"}
    assert kinds(filler + "em ở phường Cống Vị, quận Ba Đình" + filler) == {"address"}


def test_span_stands_where_the_text_says_it() -> None:
    folded = fold("Gọi Đức\u200b: 0912 345 678 nhé 😀 mail đức.trần@gmail.com")
    found = {span.kind.value: folded.text[span.start : span.end] for span in spans(folded)}
    assert found == {"phone": "0912 345 678", "email": "đức.trần@gmail.com"}
