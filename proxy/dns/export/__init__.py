"""The policy written out for another name server: response policy zones (RPZ) and unbound.conf.

Every answer comes from `decide`, asked for a name at the DNS stage; nothing here judges. What a
name server cannot do is said in `limits.py`. Nothing here answers questions: that is `stage.py`'s.
"""
