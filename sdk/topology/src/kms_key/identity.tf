import {
  to = sparki_kms_key.main
  identity = {
    account_id = "123456789012"
    region     = "us-east-1"
    key_id     = "mrk-1234abcd12ab34cd56ef1234567890ab"
  }
}
