"""What an answer is handed on as: a Vermerk in Word or PDF."""
