"""What the staff of the invented library wrote down, as Indonesian librarians write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from crm.interests.tastes import LESS, MORE
from crm.interests.weights import NEVER
from sapa.demo.chance import Weighted
from sapa.demo.crm_scene import GROWN

NOTES = (
    ("talk", "Mencari buku untuk skripsi tentang perilaku konsumen; sudah ditunjukkan rak 658.8."),
    ("talk", "Senang dengan ruang baca yang baru, tetapi minta stopkontak ditambah dekat jendela."),
    ("talk", "Menawarkan diri mendongeng untuk anak-anak pada hari Sabtu."),
    ("talk", "Bertanya apakah perpustakaan keliling bisa singgah di kelurahannya."),
    ("talk", "Baru pindah ke dekat sini; sudah dijelaskan cara memperpanjang pinjaman lewat WhatsApp."),
    ("talk", "Mengeluh AC ruang referensi terlalu dingin. Disampaikan ke bagian umum."),
    ("talk", "Ingin ikut komunitas baca; diberi jadwal pertemuan bulan depan."),
    ("talk", "Minta kamus Mandarin yang lebih baru."),
    ("talk", "Kacamatanya tertinggal di meja baca; sudah diambil kembali."),
    ("talk", "Ibu ini membaca bersama cucunya setiap Kamis; suka buku bergambar yang hurufnya besar."),
    ("talk", "Menanyakan buku persiapan CPNS edisi terbaru; semuanya sedang dipinjam."),
    ("talk", "Menyumbang 12 buku anak dalam keadaan baik; tanda terima sudah diberikan."),
    ("talk", "Kesulitan memakai katalog; didampingi mencari sampai ketemu."),
    ("talk", "Menyarankan jam buka diperpanjang sampai malam menjelang ujian semester."),
    ("talk", "Membuka warung kopi; tertarik pada buku pembukuan usaha kecil."),
    ("call", "Ditelepon soal buku yang terlambat; berjanji mengembalikannya hari Senin."),
    ("call", "Menelepon untuk memperpanjang tiga buku; sudah diperpanjang satu kali."),
    ("call", "Menanyakan syarat kartu untuk anak kelas 2 SD; dijelaskan perlu tanda tangan orang tua."),
    ("call", "Nomornya sudah berganti; minta data diperbarui saat datang nanti."),
    ("call", "Ditelepon karena lama tidak datang: sedang bertugas di luar kota sampai akhir tahun."),
    ("call", "Menanyakan apakah aula bisa dipakai untuk pelatihan menulis."),
    ("letter", "Surat undangan bedah buku dikirim ke alamat kantor."),
    ("letter", "Surat terima kasih atas sumbangan buku sudah dikirim."),
    ("letter", "Surat permohonan kunjungan kelas diterima; diteruskan ke layanan anak."),
    ("question", "Mencari data jumlah penduduk Kota Medan per kecamatan; ditemukan di terbitan BPS."),
    ("question", "Bertanya sejarah Istana Maimun untuk tugas sekolah; diberi tiga sumber."),
    ("question", "Mencari peraturan daerah tentang retribusi pasar; disalin halaman yang diperlukan."),
    ("question", "Mencari resep masakan Karo untuk lomba; ditemukan dua buku di koleksi daerah."),
    ("question", "Bertanya cara mengutip jurnal dengan gaya APA; diberi panduan satu halaman."),
    ("question", "Mencari silsilah marga untuk acara keluarga; diarahkan ke koleksi deposit."),
)
DUE = (  # what was promised, and how many days ago it should have been done
    ("call", "Minta dikabari kalau buku pesanannya sudah kembali. Telepon hari ini.", 0),
    ("talk", "Berjanji menyiapkan daftar bacaan untuk lomba bercerita anaknya.", 0),
    ("question", "Mencari buku tentang budidaya lele; hubungi setelah bertanya ke cabang lain.", 0),
    ("talk", "Bersedia menjadi relawan; kirimkan formulir dan jadwal piket.", 0),
    ("call", "Usul pembelian buku hidroponik; beri tahu hasil rapat pengadaan.", 2),
    ("letter", "Menunggu balasan surat permohonan kerja sama dari kantornya.", 5),
)
DONE = (("call", "Minta dikirimi jadwal perpustakaan keliling."), ("talk", "Kartunya rusak; dibuatkan yang baru."))
LATER = (
    ("talk", "Mau ikut kelas komputer angkatan berikutnya; hubungi bila pendaftaran dibuka.", 9),
    ("call", "Sedang sakit; telepon lagi minggu depan soal perpanjangan kartu.", 6),
)

TAGS = (("relawan", 12), ("komunitas baca", 28), ("donatur", 9))

EDUCATION = {
    "teen": Weighted((("SMP", 5), ("SMA", 4), ("SMK", 1))),
    "young": Weighted((("SMA", 4), ("SMK", 1), ("D3", 1), ("S1", 4))),
    "adult": Weighted((("SMA", 3), ("SMK", 1), ("D3", 2), ("S1", 6), ("S2", 1.5), ("S3", 0.2))),
    "senior": Weighted((("SMP", 1), ("SMA", 4), ("D3", 1), ("S1", 3))),
}
OCCUPATION = {
    "teen": Weighted((("Pelajar", 1),)),
    "young": Weighted((("Mahasiswa", 7), ("Karyawan swasta", 2), ("Wirausaha", 1))),
    "adult": Weighted((
        ("Guru", 4), ("Karyawan swasta", 5), ("Wirausaha", 3), ("Ibu rumah tangga", 3), ("Pegawai negeri", 3),
        ("Perawat", 1), ("Pedagang", 2), ("Dosen", 1), ("Pengemudi ojek daring", 1),
    )),
    "senior": Weighted((("Pensiunan guru", 2), ("Pensiunan", 4), ("Ibu rumah tangga", 2), ("Pedagang", 1))),
}  # fmt: skip
HOBBIES = Weighted((
    ("membaca novel", 5), ("memasak", 4), ("berkebun", 3), ("bersepeda", 2), ("fotografi", 2), ("sepak bola", 3),
    ("bulu tangkis", 3), ("menulis cerita", 2), ("menggambar", 3), ("memancing", 2), ("bermain gitar", 2),
    ("menjahit", 2), ("catur", 1), ("mendaki gunung", 1), ("menonton film", 3),
))  # fmt: skip
CHANNEL = Weighted((("whatsapp", 8), ("email", 2), ("telepon", 1)))

NOTICES = {
    "news": "Perpustakaan ingin mengirimi Anda kabar dan undangan acara lewat {channel}. "
    "Anda dapat menghentikannya kapan saja.",
    "alerts": "Perpustakaan ingin memberi tahu Anda lewat {channel} bila ada buku baru yang sesuai dengan minat Anda. "
    "Anda dapat menghentikannya kapan saja.",
}
CHANNEL_NAMES = {"whatsapp": "WhatsApp", "email": "email"}
WISHES = Weighted(((MORE, 7), (LESS, 2), (NEVER, 1)))

ABOUT = "Terbuka untuk umum dan gratis. Anggota dan bukan anggota sama-sama dipersilakan."


@dataclass(frozen=True)
class Plan:
    """A programme, ``days`` from today; how many sign up, and how many come without a name."""

    title: str
    place: str
    days: int
    begins: time
    ends: time
    seats: int | None
    signed_up: int
    unnamed: int = 0
    bands: tuple[str, ...] = GROWN


PAST_PROGRAMMES = (
    Plan("Bedah buku: Medan dalam cerita", "Aula lantai 2", -96, time(9), time(12), 60, 34, 11),
    Plan("Kelas komputer untuk lansia", "Ruang multimedia", -61, time(10), time(12), 16, 15, 2, ("senior",)),
    Plan("Dongeng pagi di ruang anak", "Ruang anak", -31, time(9, 30), time(11), None, 18, 23, ("child",)),
    Plan("Pelatihan menulis cerpen", "Aula lantai 2", -12, time(13), time(16), 30, 27, 4),
)
UPCOMING = Plan("Lokakarya kerajinan daur ulang", "Ruang serbaguna", 10, time(9), time(12), 20, 22)
CANCELLED = Plan("Temu penulis Sumatera Utara", "Aula lantai 2", 17, time(14), time(16, 30), 80, 13)
CLASSES = ("Kelas X-1", "Kelas XI IPS 2")
COMMUNITY = "Komunitas Baca Deli"
COMMUNITY_NOTES = "Bertemu setiap Jumat kedua, pukul 16.00, di ruang baca."
