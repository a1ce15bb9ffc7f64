"""Django's settings, as far as they are the same in every installation; ``wsgi.configure`` adds what differs."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from carefolio.portal.words.translate import languages_in

DEBUG = False
LOGGING_CONFIG = None
SECRET_KEY = "replaced by one that is derived from the installation's keys"  # noqa: S105 - never used as it stands
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "carefolio.portal.look",
    "carefolio.portal.accounts",
    "carefolio.portal.home",
    "carefolio.portal.drafts",
    "carefolio.portal.notices",
    "carefolio.portal.chart",
    "carefolio.portal.charting",
    "carefolio.portal.sharing",
    "carefolio.portal.trail",
    "carefolio.portal.asking",
    "carefolio.portal.messaging",
    "carefolio.portal.visits",
    "carefolio.portal.prescribing",
    "carefolio.portal.consultation",
    "carefolio.portal.oversight",
    "carefolio.portal.payments",
    "carefolio.portal.reviewing",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "carefolio.portal.middleware.Answering",
    "carefolio.portal.packing.Packing",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "carefolio.portal.accounts.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "carefolio.portal.middleware.Admitting",
]
ROOT_URLCONF = "carefolio.portal.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "carefolio.portal.look.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "carefolio.portal.look.templatetags.look",
            ],
        },
    }
]
FORM_RENDERER = "carefolio.portal.look.forms.Renderer"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ── Words ────────────────────────────────────────────────────────────────────────────────────────
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [Path(__file__).with_name("locale")]
LANGUAGES = [
    *(("en-gb", _("English (UK)")), ("en-us", _("English (US)")), ("en-ie", _("English (Ireland)"))),
    *languages_in(LOCALE_PATHS[0]),
]

# ── Sessions, cookies, forms ─────────────────────────────────────────────────────────────────────
CAREFOLIO_COPIES_SESSIONS = False  # in Redis, where there is one
SESSION_ENGINE = "carefolio.portal.accounts.sessions"
SESSION_COOKIE_NAME = "carefolio"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "carefolio-form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "carefolio.portal.home.pages.form_expired"
LANGUAGE_COOKIE_NAME = "language"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024  # of a whole form; nothing of a file is ever written to a disk as it is
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# ── Static files: their address holds a hash of what is in them ──────────────────────────────────
STATIC_URL = "/static/"
STORAGES = {"staticfiles": {"BACKEND": "carefolio.portal.look.statics.Versioned"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 365 * 24 * 60 * 60

# ── Signing in ───────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.SignIn"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "carefolio.portal.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "carefolio.portal.accounts.forms.SignInForm",
    "reset_password": "carefolio.portal.accounts.forms.ResetForm",
    "reset_password_from_key": "carefolio.portal.accounts.forms.NewPasswordForm",
    "change_password": "carefolio.portal.accounts.forms.ChangePasswordForm",
    "set_password": "carefolio.portal.accounts.forms.SetPasswordForm",
    "reauthenticate": "carefolio.portal.accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Failed sign-ins are bounded in accounts/attempts.py: by device and account, so that nobody locks out anybody else.
# "login_failed" is what is left to the library: codes of a second factor, which only who knows the password can try.
ACCOUNT_RATE_LIMITS = {
    "login": False,
    "login_failed": "10/10m/key",
    "signup": "60/m/ip",
    "reset_password": False,  # in accounts/attempts.py: nobody uses up somebody else's
}
MFA_ADAPTER = "carefolio.portal.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "carefolio.portal.accounts.forms.CodeForm",
    "reauthenticate": "carefolio.portal.accounts.forms.CodeAgainForm",
    "activate_totp": "carefolio.portal.accounts.forms.ActivateForm",
    "deactivate_totp": "carefolio.portal.accounts.forms.DeactivateForm",
    "generate_recovery_codes": "carefolio.portal.accounts.forms.RecoveryForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Carefolio"
USERSESSIONS_ADAPTER = "carefolio.portal.accounts.adapter.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = False
